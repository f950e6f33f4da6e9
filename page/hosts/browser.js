// The host that answers by itself: onnxruntime-web runs the graphs in a worker beside the page.

import { catalogue, offered, ROOT } from "../catalogue.js";
import { chosenFor } from "../chosen.js";
import { once } from "../once.js";
import { missing } from "./able.js";
import { fetchWeights } from "./fetched.js";
import { createProgress } from "./progress.js";
import { Refusal } from "./refusal.js";

/** @typedef {import("./types.js").Host} Host */

/** Where index.html lies, and the name of the folder that it opens. */
export const TOP = new URL("../", ROOT);
export const VERSION = ROOT.pathname.split("/").at(-2) ?? "";
const REST = 150; // ms without a drawing: between two strokes, not within one

/** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
const waiting = new Map();
const progress = createProgress();
/** @type {Promise<Worker> | null} */
let opened = null;
let asked = 0;
/** @type {Promise<typeof import("./offline.js")> | null} */
let offline = null; // from the first answer on
let arePartsOpen = false; // see openParts()
/** @type {ReturnType<typeof setTimeout> | undefined} */
let resting;
let isReady = false;
let markReady = () => {};

/** The worker, ready to answer; begun anew after a failure. */
function worker() {
  opened ??= start().catch((error) => {
    opened = null;
    progress.giveUp();
    throw error;
  });
  return opened;
}

async function start() {
  const lacks = missing();
  if (lacks) throw new Refusal("browser", { lacks });
  const begun = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  begun.onmessage = ({ data }) => hear(data);
  begun.onerror = (event) => letDown(begun, event);
  try {
    const [known, models, site] = await Promise.all([catalogue(), offered(), siteFacts()]);
    const model = chosenFor(models, "digit", "robust").name;
    const { runtime_bytes: runtimeBytes, files } = site;
    await put(begun, "open", { catalogue: known, model, runtimeBytes, files });
  } catch (error) {
    begun.terminate();
    throw error;
  }
  isReady = true;
  markReady();
  return begun;
}

/**
 * The worker did not start, or broke. Where its file did not arrive the event has no message; an old
 * browser stumbles over its imports.
 * @param {Worker} broken
 * @param {ErrorEvent} event
 */
function letDown(broken, { message }) {
  broken.terminate();
  progress.giveUp();
  const old = message && !isReady;
  const error = old ? new Refusal("browser", { lacks: "module workers" }) : new Error(message);
  for (const { reject } of waiting.values()) reject(error);
  waiting.clear();
  opened = null;
}

/** What export/to_static.py has noted of this site. */
const siteFacts = once(async () => {
  const reply = await fetch(new URL("site.json", ROOT));
  if (!reply.ok) throw new Error(`site.json: ${reply.status}`);
  return reply.json();
});

/** @param {Record<string, any>} said see worker.js */
function hear({ id, value, refusal, error, expected, fetched }) {
  if (expected) progress.expect(expected);
  if (fetched) progress.came(fetched);
  const question = waiting.get(id);
  if (!question) return;
  waiting.delete(id);
  if (refusal) question.reject(new Refusal(refusal.key, refusal.values));
  else if (error) {
    progress.giveUp();
    question.reject(new Error(error));
  } else question.resolve(value);
}

/**
 * @param {Worker} to
 * @param {string} what
 * @param {Record<string, any>} given
 * @returns {Promise<any>}
 */
function put(to, what, given) {
  const id = (asked += 1);
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    to.postMessage({ id, what, given });
  });
}

/** The page's own example asks too: who draws or clicks is a visitor. */
const isVisited = () => navigator.userActivation?.hasBeenActive ?? true;

/**
 * As soon as the pen rests, opens what a drawing of several parts needs: the start does without it,
 * and a moving pen would wait for it.
 */
function openParts() {
  clearTimeout(resting);
  resting = setTimeout(() => {
    arePartsOpen = true;
    worker().then((it) => put(it, "parts", {})).catch(() => {}); // such a drawing asks again
  }, REST);
}

/** @param {string} what @param {Record<string, any>} [given] */
async function ask(what, given = {}) {
  offline?.then(({ busy }) => busy(), () => {});
  const value = await put(await worker(), what, given);
  if (!offline && what !== "facts" && isVisited()) {
    offline = import("./offline.js");
    offline.then(({ keepOffline }) => keepOffline(), () => (offline = null));
  }
  return value;
}

/** @type {Promise<void>} */
const ready = new Promise((resolve) => (markReady = resolve));

/** @type {Host} */
export const host = {
  name: "browser",
  ready,

  async sketch(ink, model) {
    const seen = await ask("sketch", { ink, model });
    if (!arePartsOpen && isVisited()) openParts();
    return seen;
  },

  photo: (file, model, options) => ask("photo", { file, model, options }),
  run: (model, input, outputs, change = {}) => ask("run", { model, input, outputs, change }),
  glance: (model, input) => ask("glance", { model, input }),

  async weights(model) {
    const [{ models }, { files }] = await Promise.all([catalogue(), siteFacts()]);
    const path = `models/${models[model].weights}`;
    try {
      const { weights_sha256: sha256 } = models[model];
      return await fetchWeights(new URL(path, ROOT), sha256, files[path], progress);
    } catch (error) {
      progress.giveUp();
      throw error;
    }
  },

  async facts() {
    const { threads, version } = await ask("facts");
    return { provider: "WebAssembly", threads, versions: { "ONNX Runtime Web": version } };
  },

  progress: progress.follow,
};

worker().catch(() => {}); // told when something is asked

// While this page is open, nobody may drop the version it is of: see tidy() in sw.js.
navigator.locks
  ?.request(`sketch28 ${TOP.pathname} ${VERSION}`, { mode: "shared" }, () => new Promise(() => {}))
  .catch(() => {}); // forbidden in this frame
