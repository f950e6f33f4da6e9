// Ink or pixels -> what the network sees of them, and what it says: one run of each graph on the way.

import { bytesOf, createGarments, rgbaOf } from "./garments.js";

/** @typedef {import("./types.js").Ink} Ink */
/** @typedef {import("./types.js").Seen} Seen */
/** @typedef {import("./types.js").PhotoOptions} PhotoOptions */
/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {import("../catalogue.js").Catalogue} Catalogue */

const AUTO = "auto"; // in place of a network's name: the look finds out which
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

  const garments = createGarments(catalogue, run);

  /** @param {"sketch" | "garment_sketch" | "ink" | "sample"} step */
  const graphOf = (step) => catalogue.preprocessing[step].graph;

  /** @param {string} model */
  const isDigit = (model) => catalogue.models[model].subject === "digit";

  /** @param {Ink} ink @param {"sketch" | "garment_sketch"} step */
  async function inputOfInk({ width, height, greys }, step) {
    const outputs = ["image", "box", "centre"];
    const feeds = (/** @type {any} */ ort) => ({
      ink: new ort.Tensor("uint8", greys, [1, height, width]),
    });
    const { image, box, centre } = await run(graphOf(step), feeds, outputs);
    const [found, middle] = [[...box.data], [...centre.data]].map((numbers) => numbers.map(Number));
    const blank = found.every((side) => side === 0);
    return {
      input: bytesOf(image),
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
    const feeds = (/** @type {any} */ ort) => ({ rgba: rgbaOf(ort, pixels) });
    const found = await run(graphOf("sample"), feeds, ["is_sample", "grey"]);
    return Number(found.is_sample.data[0]) ? /** @type {Uint8Array} */ (found.grey.data) : null;
  }

  /** @param {Pixels} pixels @returns {Promise<Ink>} */
  async function inkIn(pixels) {
    const feeds = (/** @type {any} */ ort) => ({ rgba: rgbaOf(ort, pixels) });
    const { ink } = await run(graphOf("ink"), feeds, ["ink"]);
    const [height, width] = ink.dims;
    return { width, height, greys: /** @type {Uint8Array} */ (ink.data) };
  }

  /**
   * What that network says of pictures of 784 greys.
   * @param {string} model
   * @param {Uint8Array[]} inputs
   */
  async function said(model, inputs) {
    const greys = new Float32Array(784 * inputs.length);
    inputs.forEach((input, i) => input.forEach((grey, j) => (greys[784 * i + j] = grey / 255)));
    const feeds = (/** @type {any} */ ort) => ({
      image: new ort.Tensor("float32", greys, [inputs.length, 1, 28, 28]),
    });
    const outputs = ["logits", "probabilities", "energy"];
    const { logits, probabilities, energy } = await run(catalogue.models[model].graph, feeds, outputs);
    const energies = [.../** @type {Float32Array} */ (energy.data)];
    return {
      logits,
      probabilities: [.../** @type {Float32Array} */ (probabilities.data)].slice(0, 10),
      energy: energies.reduce((sum, one) => sum + one, 0) / energies.length,
    };
  }

  /**
   * @param {string} model
   * @param {Uint8Array} input
   */
  async function saidOf(model, input) {
    const { probabilities, energy } = await said(model, [input]);
    return { model, input, probabilities, energy };
  }

  /**
   * @param {Pixels} pixels
   * @param {string} model
   * @param {PhotoOptions} options
   * @param {import("./garments.js").Looked} seen
   * @returns {Promise<Seen>}
   */
  async function garmentIn(pixels, model, options, seen) {
    const { inputs, mask, ...way } = await garments.prepared(pixels, seen, options);
    const together = garments.together(model);
    const { logits, ...alone } = await said(model, together ? inputs : inputs.slice(0, 1));
    const answer = together ? { ...alone, ...(await garments.verdict(seen, logits)) } : alone;
    return { ...way, ...answer, model, input: inputs[0], mask: mask && small(mask), kind: "photo" };
  }

  /** @param {Pixels} pixels @param {string} model @returns {Promise<Seen>} */
  async function digitIn(pixels, model) {
    const ink = await inkIn(pixels);
    const seen = await inputOfInk(ink, "sketch");
    return { ...seen, ...(await saidOf(model, seen.input)), mask: small(ink), notes: [], kind: "photo" };
  }

  /** @param {Pixels} pixels @param {string} model @returns {Promise<Seen | null>} */
  async function sampleOf(pixels, model) {
    const sample = await sampleIn(pixels);
    if (!sample) return null;
    const { width, height } = pixels;
    const blank = sample.every((grey) => grey === 0);
    const plain = { width, height, box: null, centre: null, mask: null, notes: ["identity"] };
    return { ...plain, ...(await saidOf(model, sample)), blank, kind: "sample" };
  }

  return {
    /** @param {Ink} ink @param {string} model @returns {Promise<Seen>} */
    async ofInk(ink, model) {
      const seen = await inputOfInk(ink, isDigit(model) ? "sketch" : "garment_sketch");
      return { ...seen, ...(await saidOf(model, seen.input)), kind: "sketch", notes: [], mask: null };
    },

    /**
     * @param {(side: number) => Promise<Pixels>} pixelsAt the photo, its longer side at most that
     * @param {string} model a network's name, or AUTO
     * @param {PhotoOptions} options
     * @returns {Promise<Seen>}
     */
    async ofPhoto(pixelsAt, model, options) {
      if (model !== AUTO && isDigit(model)) {
        const pixels = await pixelsAt(/** @type {number} */ (catalogue.preprocessing.ink.side));
        return (await sampleOf(pixels, model)) ?? digitIn(pixels, model);
      }
      const pixels = await pixelsAt(garments.side);
      if (model !== AUTO) {
        const sample = await sampleOf(pixels, model);
        return sample ?? garmentIn(pixels, model, options, await garments.look(pixels));
      }
      const seen = await garments.look(pixels);
      const network = firstOf(catalogue, seen.subject);
      const isGarment = seen.subject === "garment";
      const sample = isGarment && (await sampleOf(pixels, network));
      const answer = isGarment
        ? sample || (await garmentIn(pixels, network, options, seen))
        : await this.ofPhoto(pixelsAt, network, options);
      return { ...answer, shows: seen.shows };
    },
  };
}

/** The network that answers for a subject. @param {Catalogue} catalogue @param {string} subject */
const firstOf = ({ models }, subject) =>
  /** @type {string} */ (Object.keys(models).find((name) => models[name].subject === subject));

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
