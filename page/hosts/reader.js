// Ink or pixels -> what the network sees of them, and what it says: one run of each graph on the way.

/** @typedef {import("./types.js").Ink} Ink */
/** @typedef {import("./types.js").Seen} Seen */
/** @typedef {import("./types.js").PhotoOptions} PhotoOptions */
/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {import("../catalogue.js").Catalogue} Catalogue */

const SIDE = 28; // of what the network sees
const MOST_MASK = 96; // longer side of a mask that is shown

/**
 * @param {Catalogue} catalogue
 * @param {ReturnType<typeof import("./graphs.js").createGraphs>} graphs
 * @param {ReturnType<typeof import("./turns.js").createTurns>} turn
 */
export function createReader(catalogue, graphs, turn) {
  /**
   * Runs one graph.
   * @param {string} graph
   * @param {(ort: import("./graphs.js").Runtime) => Record<string, any>} feeds
   * @param {string[]} outputs
   */
  async function run(graph, feeds, outputs) {
    const [ort, session] = await Promise.all([graphs.runtime(), graphs.session(graph)]);
    return turn(() => session.run(feeds(ort), outputs), true);
  }

  /** @param {"sketch" | "ink" | "sample" | "garment"} step */
  const graphOf = (step) => catalogue.preprocessing[step].graph;

  /**
   * @param {Pixels} pixels
   * @returns {(ort: import("./graphs.js").Runtime) => any} the tensor of its RGBA
   */
  const rgbaOf = ({ width, height, rgba }) => (ort) =>
    new ort.Tensor("uint8", new Uint8Array(rgba.buffer), [height, width, 4]);

  /** @param {Ink} ink */
  async function inputOfInk({ width, height, greys }) {
    const outputs = ["image", "box", "centre"];
    const feeds = (/** @type {any} */ ort) => ({
      ink: new ort.Tensor("uint8", greys, [1, height, width]),
    });
    const { image, box, centre } = await run(graphOf("sketch"), feeds, outputs);
    const [found, middle] = [[...box.data], [...centre.data]].map((numbers) => numbers.map(Number));
    const blank = found.every((side) => side === 0);
    return {
      input: bytesOf(/** @type {Float32Array} */ (image.data)),
      blank,
      width,
      height,
      box: blank ? null : found,
      centre: blank ? null : middle,
    };
  }

  /** @param {Pixels} pixels @returns {Promise<Uint8Array | null>} its greys, if it is a sample */
  async function sampleIn(pixels) {
    if (pixels.width !== SIDE || pixels.height !== SIDE) return null;
    const feeds = (/** @type {any} */ ort) => ({ rgba: rgbaOf(pixels)(ort) });
    const found = await run(graphOf("sample"), feeds, ["is_sample", "grey"]);
    return Number(found.is_sample.data[0]) ? /** @type {Uint8Array} */ (found.grey.data) : null;
  }

  /** @param {Pixels} pixels @returns {Promise<Ink>} */
  async function inkIn(pixels) {
    const feeds = (/** @type {any} */ ort) => ({ rgba: rgbaOf(pixels)(ort) });
    const { ink } = await run(graphOf("ink"), feeds, ["ink"]);
    const [height, width] = ink.dims;
    return { width, height, greys: /** @type {Uint8Array} */ (ink.data) };
  }

  /**
   * What that network says of the 784 greys.
   * @param {string} model
   * @param {Uint8Array} input
   */
  async function said(model, input) {
    const feeds = (/** @type {any} */ ort) => ({
      image: new ort.Tensor("float32", Float32Array.from(input, (grey) => grey / 255), [1, 1, 28, 28]),
    });
    const outputs = ["probabilities", "energy"];
    const { probabilities, energy } = await run(catalogue.models[model].graph, feeds, outputs);
    return {
      probabilities: [.../** @type {Float32Array} */ (probabilities.data)],
      energy: Number(energy.data[0]),
    };
  }

  /**
   * There is no cut-out here yet: the picture is taken whole, but for what is transparent.
   * @param {Pixels} pixels
   * @param {boolean} invert
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
    const { image, box, blank } = await run(graphOf("garment"), feeds, ["image", "box", "blank"]);
    return {
      input: bytesOf(/** @type {Float32Array} */ (image.data)),
      blank: Boolean(blank.data[0]),
      width,
      height,
      box: cut ? [...box.data].map(Number) : null,
      centre: null,
      mask: cut ? small({ width, height, greys: opacity }) : null,
      notes: [cut ? "mask:transparency" : "whole-picture"],
    };
  }

  /** @param {Pixels} pixels */
  async function inputOfDrawing(pixels) {
    const ink = await inkIn(pixels);
    return { ...(await inputOfInk(ink)), mask: small(ink), notes: [] };
  }

  return {
    /** The longer side that a photo is reduced to. @param {string} model */
    sideFor: (model) =>
      catalogue.preprocessing[catalogue.models[model].subject === "digit" ? "ink" : "garment"].side,

    /** @param {Ink} ink @param {string} model @returns {Promise<Seen>} */
    async ofInk(ink, model) {
      const seen = await inputOfInk(ink);
      return { ...seen, ...(await said(model, seen.input)), kind: "sketch", notes: [], mask: null };
    },

    /**
     * @param {Pixels} pixels
     * @param {string} model
     * @param {PhotoOptions} options
     * @returns {Promise<Seen>}
     */
    async ofPixels(pixels, model, { invert }) {
      const sample = await sampleIn(pixels);
      if (sample) {
        const { width, height } = pixels;
        const blank = sample.every((grey) => grey === 0);
        const plain = { width, height, box: null, centre: null, mask: null, notes: ["identity"] };
        return { ...plain, ...(await said(model, sample)), input: sample, blank, kind: "sample" };
      }
      const isDigit = catalogue.models[model].subject === "digit";
      const seen = await (isDigit ? inputOfDrawing(pixels) : inputOfGarment(pixels, invert));
      return { ...seen, ...(await said(model, seen.input)), kind: "photo" };
    },
  };
}

/** @param {Float32Array} image 0..1, in whole 255ths */
const bytesOf = (image) => Uint8Array.from(image, (grey) => Math.round(255 * grey));

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
