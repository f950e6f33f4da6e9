// Runs beside the page, so that nothing stalls the pen: what hosts/browser.js asks, the graphs answer.
//
// In: {id, what, given}; the first is "open". Out: {id, value}, {id, refusal} or {id, error}, and
// {expected: bytes} and {fetched: bytes} before and while files arrive.

import { onceEach } from "../once.js";
import { batchesOf, changed, joined } from "./batches.js";
import { fetchWeights } from "./fetched.js";
import { glancesOf, stagesOf } from "./glance.js";
import { createGraphs, MODELS } from "./graphs.js";
import { READER } from "./numbers.js";
import { pixelsOf } from "./pixels.js";
import { createReader } from "./reader.js";
import { Refusal } from "./refusal.js";
import { createTurns } from "./turns.js";

/** @typedef {import("./safetensors.js").Arrays} Arrays */
/** @typedef {import("./types.js").Change} Change */
/** @typedef {import("./types.js").Ink} Ink */
/** @typedef {import("./types.js").PhotoOptions} PhotoOptions */
/** @typedef {import("../catalogue.js").Catalogue} Catalogue */

/** @type {{postMessage: (message: any, transfer?: Transferable[]) => void, onmessage: any}} */
const page = /** @type {any} */ (self);
const turn = createTurns();
const progress = {
  expect: (/** @type {number} */ expected) => page.postMessage({ expected }),
  came: (/** @type {number} */ fetched) => page.postMessage({ fetched }),
};
/** @type {Catalogue} */
let catalogue;
/** Bytes of the site's files, by path. @type {Record<string, number>} */
let sizes;
/** @type {ReturnType<typeof createGraphs>} */
let graphs;
/** @type {ReturnType<typeof createReader>} */
let reader;

const QUESTIONS = {
  /** What the first answer needs: `model` is the network that is chosen at first. */
  async open(
    /** @type {{catalogue: Catalogue, model: string, runtimeBytes: number, files: typeof sizes}} */ given,
  ) {
    catalogue = given.catalogue;
    sizes = given.files;
    graphs = createGraphs(catalogue, given.runtimeBytes, progress, turn);
    reader = createReader(catalogue, graphs, turn);
    graphs.session(catalogue.models[given.model].graph).catch(() => {}); // asked for again below
    // A first run compiles what it needs, which takes longer than the run itself.
    await reader.ofInk({ width: 20, height: 20, greys: new Uint8Array(400).fill(255) }, given.model);
  },

  /** What drawings of several parts need besides, of which two squares are one. */
  async parts() {
    const greys = Uint8Array.from({ length: 1200 }, (_, i) => (i % 60 < 20 || i % 60 >= 40 ? 255 : 0));
    await reader.ofInk({ width: 60, height: 20, greys }, READER);
  },

  sketch: (/** @type {{ink: Ink, model: string}} */ { ink, model }) => reader.ofInk(ink, model),

  photo: async (/** @type {{file: Blob, model: string, options: PhotoOptions}} */ given) => {
    const { file, model, options } = given;
    return reader.ofPhoto((side) => pixelsOf(file, side), model, options);
  },

  /** All batches of one question; between two of them, others have their turn. */
  async run(/** @type {{model: string, input: Uint8Array, outputs: string[], change: Change}} */ given) {
    const { model, input, outputs, change } = given;
    const { moment } = change;
    const past = moment === undefined ? null : catalogue.learning[model];
    const [ort, session, weights] = await Promise.all([
      graphs.runtime(),
      graphs.session((past ?? catalogue.models[model]).graph),
      past && weightsAt(past, moment ?? 0),
    ]);
    /** @type {Record<string, Float32Array[]>} */
    const parts = Object.fromEntries(outputs.map((name) => [name, []]));
    for (const batch of batchesOf(changed(input, change))) {
      const image = new ort.Tensor("float32", batch, [batch.length / 784, 1, 28, 28]);
      const found = await turn(() => session.run({ image, ...weights }, outputs));
      for (const name of outputs) parts[name].push(/** @type {Float32Array} */ (found[name].data));
    }
    return Object.fromEntries(outputs.map((name) => [name, joined(parts[name])]));
  },

  async glance(/** @type {{model: string, input: Uint8Array}} */ { model, input }) {
    const network = catalogue.models[model];
    const outputs = stagesOf(network);
    return glancesOf(network, await QUESTIONS.run({ model, input, outputs, change: {} }));
  },

  async facts() {
    const { env } = await graphs.runtime();
    return { threads: env.wasm.numThreads, version: env.versions.web ?? env.versions.common };
  },
};

/** By the name of their file; fetched once. @type {Map<string, Promise<Arrays>>} */
const pasts = new Map();

/**
 * What a graph without weights is given beside the picture: those of that moment.
 * @param {Catalogue["learning"][string]} past
 * @param {number} moment
 */
async function weightsAt({ weights: file, weights_sha256: sha256 }, moment) {
  const ort = await graphs.runtime();
  const all = await onceEach(pasts, file, () =>
    fetchWeights(new URL(file, MODELS), sha256, sizes[`models/${file}`], progress),
  );
  const start = `${moment}/`;
  const named = Object.entries(all).filter(([name]) => name.startsWith(start));
  return Object.fromEntries(
    named.map(([name, { shape, values }]) => [
      name.slice(start.length),
      new ort.Tensor("float32", values, shape),
    ]),
  );
}

page.onmessage = async (/** @type {MessageEvent} */ { data: { id, what, given } }) => {
  try {
    const question = /** @type {(given: any) => Promise<any>} */ (
      QUESTIONS[/** @type {keyof typeof QUESTIONS} */ (what)]
    );
    page.postMessage({ id, value: await question(given) });
  } catch (error) {
    if (error instanceof Refusal) {
      page.postMessage({ id, refusal: { key: error.key, values: error.values } });
    } else {
      page.postMessage({ id, error: String(error) });
    }
  }
};
