// Ink or pixels -> what the network sees of them, and what it says: one run of each graph on the way.

import { createNumbers } from "./numbers.js";
import { createRuns } from "./runs.js";

/** @typedef {import("./types.js").Ink} Ink */
/** @typedef {import("./types.js").Seen} Seen */
/** @typedef {import("./types.js").PhotoOptions} PhotoOptions */
/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {import("./numbers.js").Traced} Traced */
/** @typedef {import("../catalogue.js").Catalogue} Catalogue */

const SIDE = 28; // of what the network sees
const MOST_MASK = 96; // longer side of a garment's mask that is shown

/**
 * @param {Catalogue} catalogue
 * @param {ReturnType<typeof import("./graphs.js").createGraphs>} graphs
 * @param {ReturnType<typeof import("./turns.js").createTurns>} turn
 */
export function createReader(catalogue, graphs, turn) {
  const runs = createRuns(catalogue, graphs, turn);
  const numbers = createNumbers(runs, catalogue);
  const { run, stepOf, said } = runs;

  /** @param {string} model */
  const isDigit = (model) => catalogue.models[model].subject === "digit";

  /**
   * @param {Pixels} pixels
   * @returns {(ort: import("./graphs.js").Runtime) => any} the tensor of its RGBA
   */
  const rgbaOf = ({ width, height, rgba }) => (ort) =>
    new ort.Tensor("uint8", new Uint8Array(rgba.buffer), [height, width, 4]);

  /** Ink as it is, not asked for its parts. @param {Ink} ink @returns {Promise<Traced>} */
  async function inputOfInk({ width, height, greys }) {
    const outputs = ["image", "box", "centre"];
    const feeds = (/** @type {any} */ ort) => ({
      ink: new ort.Tensor("uint8", greys, [1, height, width]),
    });
    const { image, box, centre } = await run(stepOf("sketch"), feeds, outputs);
    const [found, middle] = [[...box.data], [...centre.data]].map((row) => row.map(Number));
    const blank = found.every((side) => side === 0);
    return {
      ...PLAIN,
      kind: "sketch",
      input: bytesOf(/** @type {Float32Array} */ (image.data)),
      blank,
      width,
      height,
      box: blank ? null : found,
      centre: blank ? null : middle,
    };
  }

  /** @param {Pixels} pixels @returns {Promise<Traced | null>} what it is if it is a sample */
  async function sampleIn(pixels) {
    const { width, height } = pixels;
    if (width !== SIDE || height !== SIDE) return null;
    const feeds = (/** @type {any} */ ort) => ({ rgba: rgbaOf(pixels)(ort) });
    const found = await run(stepOf("sample"), feeds, ["is_sample", "grey"]);
    if (!Number(found.is_sample.data[0])) return null;
    const input = /** @type {Uint8Array} */ (found.grey.data);
    const blank = input.every((grey) => grey === 0);
    return { ...PLAIN, kind: "sample", input, blank, width, height, notes: ["identity"] };
  }

  /**
   * There is no cut-out here yet: the picture is taken whole, but for what is transparent.
   * @param {Pixels} pixels
   * @param {boolean} invert
   * @returns {Promise<Traced>}
   */
  async function inputOfGarment({ width, height, rgba }, invert) {
    const opacity = new Uint8Array(width * height).map((_, i) => rgba[4 * i + 3]);
    const cut = opacity.some((value) => value < 128) && opacity.some((value) => value > 127);
    const feeds = (/** @type {any} */ ort) => ({
      rgba: rgbaOf({ width, height, rgba })(ort),
      mask: new ort.Tensor("uint8", opacity, [height, width]),
      whole: new ort.Tensor("bool", [!cut], [1]),
      invert: new ort.Tensor("bool", [invert], [1]),
    });
    const { image, box, blank } = await run(stepOf("garment"), feeds, ["image", "box", "blank"]);
    const window = [0, 0, width, height];
    return {
      ...PLAIN,
      kind: "photo",
      input: bytesOf(/** @type {Float32Array} */ (image.data)),
      blank: Boolean(blank.data[0]),
      width,
      height,
      box: cut ? [...box.data].map(Number) : null,
      mask: cut ? { ...small({ width, height, greys: opacity }), window } : null,
      notes: [cut ? "mask:transparency" : "whole-picture"],
    };
  }

  /**
   * @param {Traced} traced
   * @param {string} model
   * @returns {Promise<Seen>}
   */
  async function answered(traced, model) {
    const [whole, ...each] = await said(model, [traced, ...traced.digits].map(({ input }) => input));
    const digits = traced.digits.map((digit, i) => ({ ...digit, ...each[i] }));
    return { ...traced, ...whole, digits };
  }

  return {
    /** The longer side that a picture is reduced to. @param {string} model */
    sideFor: (model) => catalogue.preprocessing[isDigit(model) ? "writing" : "garment"].side ?? 0,

    /** @param {Ink} ink @param {string} model @returns {Promise<Seen>} */
    ofInk: async (ink, model) =>
      answered(await (isDigit(model) ? numbers.ofInk(ink) : inputOfInk(ink)), model),

    /**
     * @param {Pixels} pixels
     * @param {string} model
     * @param {PhotoOptions} options
     * @returns {Promise<Seen>}
     */
    async ofPixels(pixels, model, { invert }) {
      const sample = await sampleIn(pixels);
      if (sample) return answered(sample, model);
      const traced = isDigit(model) ? numbers.ofPixels(pixels) : inputOfGarment(pixels, invert);
      return answered(await traced, model);
    },
  };
}

/** What most pictures are not, or have not. */
const PLAIN = {
  ...{ blank: false, rejected: false, box: null, centre: null, mask: null },
  ...{ notes: /** @type {string[]} */ ([]), digits: /** @type {Traced["digits"]} */ ([]) },
};

/** @param {Float32Array} image 0..1, in whole 255ths */
const bytesOf = (image) => new Uint8Array(image.map((grey) => Math.round(255 * grey)));

/**
 * Small enough to be shown, by averaging squares.
 * @param {Ink} mask
 */
export function small({ width, height, greys }) {
  const side = Math.ceil(Math.max(width, height) / MOST_MASK);
  const [columns, rows] = [Math.ceil(width / side), Math.ceil(height / side)];
  const sums = new Float64Array(columns * rows);
  const counts = new Float64Array(columns * rows);
  greys.forEach((grey, i) => {
    const column = Math.floor((i % width) / side);
    const at = columns * Math.floor(i / width / side) + column;
    sums[at] += grey;
    counts[at] += 1;
  });
  const means = Uint8Array.from(sums, (sum, i) => Math.round(sum / counts[i]));
  return { width: columns, height: rows, greys: means };
}
