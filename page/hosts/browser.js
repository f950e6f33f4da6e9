// The host that answers by itself: onnxruntime-web runs the graphs in a worker beside the page.

import { catalogue, firstFor, offered, ROOT } from "../catalogue.js";
import { Refusal } from "./refusal.js";
import { parseSafetensors } from "./safetensors.js";
import { missing } from "./able.js";

/** @typedef {import("./types.js").Host} Host */

/** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
const waiting = new Map();
/** @type {((share: number, bytes: number) => void)[]} */
const followers = [];
/** @type {Promise<Worker> | null} */
let opened = null;
let asked = 0;
let markReady = () => {};

/**
 * @param {Worker} worker
 * @param {string} what
 * @param {any} given
 */
function put(worker, what, given) {
  const id = (asked += 1);
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, what, given });
  });
}

/** What is fetched before the first answer, bytes. @param {string} graph */
async function toFetch(graph) {
  const [{ files, preprocessing }, reply] = await Promise.all([
    catalogue(),
    fetch(new URL("site.json", ROOT)),
  ]);
  const { runtime_bytes: runtime } = await reply.json();
  return runtime + files[graph].bytes + files[preprocessing.sketch.graph].bytes;
}

/** The worker, ready to answer; begun anew after a failure. */
function worker() {
  opened ??= start().catch((error) => {
    opened = null;
    throw error;
  });
  return opened;
}

async function start() {
  const lacks = missing();
  if (lacks) throw new Refusal("browser", { lacks });
  const begun = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  const { graph, name } = firstFor(await offered(), "digit");
  const total = await toFetch(graph);
  let fetched = 0;
  const tell = () => followers.forEach((call) => call(Math.min(1, fetched / total), total));
  tell();
  begun.onmessage = ({ data }) => {
    if (data.fetched) {
      fetched += data.fetched;
      return tell();
    }
    const { resolve, reject } = waiting.get(data.id) ?? {};
    waiting.delete(data.id);
    if (data.refusal) reject?.(new Refusal(data.refusal.key, data.refusal.values));
    else if (data.error) reject?.(new Error(data.error));
    else resolve?.(data.value);
  };
  begun.onerror = (event) => {
    for (const { reject } of waiting.values()) reject(new Error(event.message));
    waiting.clear();
  };
  try {
    await put(begun, "open", { catalogue: await catalogue(), model: name });
  } catch (error) {
    begun.terminate();
    throw error;
  }
  markReady();
  return begun;
}

/** @type {(what: string, given: any) => Promise<any>} */
const ask = async (what, given) => put(await worker(), what, given);

/** @type {Host} */
export const host = {
  name: "browser",
  ready: new Promise((resolve) => (markReady = resolve)),
  sketch: (ink, model) => ask("sketch", { ink, model }),
  photo: (file, model, options) => ask("photo", { file, model, options }),
  run: (model, input, outputs, change = {}) => ask("run", { model, input, outputs, change }),

  async weights(model) {
    const { weights } = (await catalogue()).models[model];
    const reply = await fetch(new URL(`models/${weights}`, ROOT));
    if (!reply.ok) throw new Error(`${weights}: ${reply.status}`);
    return parseSafetensors(await reply.arrayBuffer());
  },

  async facts() {
    const { threads, version } = await ask("facts", {});
    return {
      provider: `WebAssembly (${threads})`,
      versions: { "ONNX Runtime Web": version },
    };
  },

  progress: (callback) => void followers.push(callback),
};

worker().then(
  () => import("./offline.js").then(({ keepOffline }) => keepOffline()),
  () => {}, // told when something is asked
);
