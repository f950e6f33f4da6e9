// Ink or pixels -> what the network sees of them, and what it says: one run of each graph on the way.

import { bytesOf, createGarments, rgbaOf } from "./garments.js";
import { createNumbers, READER } from "./numbers.js";
import { completed, createRuns } from "./runs.js";

/** @typedef {import("./types.js").Ink} Ink */
/** @typedef {import("./types.js").Said} Said */
/** @typedef {import("./types.js").Seen} Seen */
/** @typedef {import("./types.js").PhotoOptions} PhotoOptions */
/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {import("./numbers.js").Traced} Traced */
/** @typedef {import("../catalogue.js").Catalogue} Catalogue */

const AUTO = "auto"; // in place of a network's name: the look finds out which
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
  const garments = createGarments(runs, catalogue);
  const { run, stepOf, said } = runs;

  /** @param {string} model */
  const isDigit = (model) => catalogue.models[model].subject === "digit";

  /** Of anything but digits. @param {Ink} ink @param {string} model @returns {Promise<Traced>} */
  async function inputOfInk({ width, height, greys }, model) {
    const outputs = ["image", "box", "centre"];
    const feeds = (/** @type {any} */ ort) => ({
      ink: new ort.Tensor("uint8", greys, [1, height, width]),
    });
    const isGarment = catalogue.models[model].subject === "garment"; // its outline is filled
    const step = stepOf(isGarment ? "garment_sketch" : "sketch");
    const { image, box, centre } = await run(step, feeds, outputs);
    const [found, middle] = [[...box.data], [...centre.data]].map((row) => row.map(Number));
    const blank = found.every((side) => side === 0);
    return {
      ...PLAIN,
      kind: "sketch",
      input: bytesOf(image),
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
    const feeds = (/** @type {any} */ ort) => ({ rgba: rgbaOf(ort, pixels) });
    const found = await run(stepOf("sample"), feeds, ["is_sample", "grey"]);
    if (!Number(found.is_sample.data[0])) return null;
    const input = /** @type {Uint8Array} */ (found.grey.data);
    const blank = input.every((grey) => grey === 0);
    return { ...PLAIN, kind: "sample", input, blank, width, height, notes: ["identity"] };
  }

  /**
   * @param {Pixels} pixels as the look takes them
   * @param {string} model
   * @param {PhotoOptions} options
   * @param {import("./garments.js").Looked} seen
   * @returns {Promise<Seen>}
   */
  async function garmentIn(pixels, model, options, seen) {
    const { inputs, mask, ...way } = await garments.prepared(pixels, seen, options);
    const traced = { ...PLAIN, ...way, kind: /** @type {const} */ ("photo"), input: inputs[0] };
    const window = [0, 0, pixels.width, pixels.height];
    const shown = { ...traced, mask: mask && { ...small(mask), window }, digits: [], model };
    const answers = await (garments.together(model) ? garments.asked(model, inputs, seen) : null);
    return answers ? { ...shown, ...answers } : answered(shown, model);
  }

  /**
   * @param {Traced} traced
   * @param {string} model
   * @returns {Promise<Seen>}
   */
  async function answered({ said: known, digits: several, ...traced }, model) {
    const [whole, ...each] = await answersTo(model, [{ input: traced.input, said: known }, ...several]);
    const digits = several.map(({ input, box, centre }, i) => ({ input, box, centre, ...each[i] }));
    return { ...traced, ...whole, digits, model };
  }

  /**
   * Asks only what READER has not said already.
   * @param {string} model
   * @param {{input: Uint8Array, said?: Said}[]} ones
   * @returns {Promise<Said[]>}
   */
  function answersTo(model, ones) {
    const known = ones.map((one) => (model === READER ? one.said : undefined));
    return completed(known, (open) => said(model, open.map((i) => ones[i].input)));
  }

  /** As models/look.py has it. @param {number} odds the look's @param {Seen} answer */
  function evidenceOfDigit(odds, { digits, energy }) {
    const { digit_weight: weight, digit_least: least } = catalogue.preprocessing.look.rule;
    const energies = digits.length ? digits.map((digit) => digit.energy) : [energy];
    return odds + weight * Math.min(...energies) - least;
  }

  /** The longer side that a picture is reduced to. @param {string} model */
  const sideFor = (model) =>
    catalogue.preprocessing[model !== AUTO && isDigit(model) ? "writing" : "look"].side ?? 0;

  /**
   * @param {(side: number) => Promise<Pixels>} pixelsAt the picture, its longer side at most that
   * @param {string} model
   * @param {PhotoOptions} options
   * @returns {Promise<Seen>}
   */
  async function ofPhoto(pixelsAt, model, options) {
    const pixels = await pixelsAt(sideFor(model));
    if (model === AUTO) return foundOut(pixels, pixelsAt, options);
    const sample = await sampleIn(pixels);
    if (sample) return answered(sample, model);
    if (isDigit(model)) return answered(await numbers.ofPixels(pixels), model);
    return garmentIn(pixels, model, options, await garments.look(pixels));
  }

  /**
   * The look says whose picture it is, and that network answers.
   * @param {Pixels} pixels as the look takes them
   * @param {(side: number) => Promise<Pixels>} pixelsAt
   * @param {PhotoOptions} options
   * @returns {Promise<Seen>}
   */
  async function foundOut(pixels, pixelsAt, options) {
    const seen = await garments.look(pixels);
    const model = firstOf(catalogue, seen.subject);
    const sample = await sampleIn(pixels);
    const answer = sample || seen.subject === "digit"
      ? await ofPhoto(pixelsAt, model, options)
      : await garmentIn(pixels, model, options, seen);
    const evidence = seen.subject === "digit" ? evidenceOfDigit(seen.odds, answer) : answer.evidence;
    const shows = (evidence ?? 0) < 0 ? "neither" : seen.subject;
    return { ...answer, evidence, shows };
  }

  return {
    /** @param {Ink} ink @param {string} model @returns {Promise<Seen>} */
    ofInk: async (ink, model) =>
      answered(await (isDigit(model) ? numbers.ofInk(ink) : inputOfInk(ink, model)), model),

    ofPhoto,
  };
}

/** The network that answers for a subject. @param {Catalogue} catalogue @param {string} subject */
const firstOf = ({ models }, subject) =>
  /** @type {string} */ (Object.keys(models).find((name) => models[name].subject === subject));

/** What most pictures are not, or have not. */
const PLAIN = {
  ...{ blank: false, rejected: false, box: null, centre: null, mask: null },
  ...{ notes: /** @type {string[]} */ ([]), digits: /** @type {Traced["digits"]} */ ([]) },
};

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
