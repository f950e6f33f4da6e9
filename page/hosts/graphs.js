// onnxruntime-web and the graphs that it runs, each opened when it is first needed.

import { onceEach } from "../once.js";
import { fetchChecked, fetchPacked } from "./fetched.js";

/** @typedef {typeof import("onnxruntime-web")} Runtime */
/** @typedef {import("onnxruntime-web").InferenceSession} Session */
/** @typedef {import("../catalogue.js").Catalogue} Catalogue */

const RUNTIME = new URL("../runtime/", import.meta.url);
export const MODELS = new URL("../models/", import.meta.url);
const SMALL = 100_000; // bytes of a graph that delays nothing
const MOST_THREADS = 4;
// Fusing what little there is to fuse saves no time that can be measured on such graphs, and the
// optimiser itself has to be compiled first: 0.15 s of the first answer's second.
const OPTIONS = /** @type {const} */ ({
  executionProviders: ["wasm"],
  graphOptimizationLevel: "disabled",
});

/**
 * @param {Catalogue} catalogue
 * @param {number} runtimeBytes that are fetched of the runtime
 * @param {{expect: (bytes: number) => void, came: (bytes: number) => void}} progress
 * @param {ReturnType<typeof import("./turns.js").createTurns>} turn
 */
export function createGraphs(catalogue, runtimeBytes, progress, turn) {
  /** @type {Map<string, Promise<Runtime>>} */
  const runtimes = new Map();
  /** @type {Map<string, Promise<Session>>} */
  const sessions = new Map();

  const runtime = () =>
    onceEach(runtimes, "", () => {
      progress.expect(runtimeBytes);
      return openRuntime(progress.came);
    });

  return {
    runtime,
    /** @param {string} graph name of its file */
    session: (graph) =>
      onceEach(sessions, graph, async () => {
        const { sha256, bytes } = catalogue.files[graph];
        progress.expect(bytes);
        const fetching = () => fetchChecked(new URL(graph, MODELS), sha256, progress.came);
        // The runtime takes long to compile: large graphs come while it does, not before.
        const early = bytes < SMALL ? fetching() : null;
        early?.catch(() => {}); // heard below
        const ort = await runtime();
        const content = await (early ?? fetching());
        return turn(() => ort.InferenceSession.create(new Uint8Array(content), OPTIONS), true);
      }),
  };
}

/** @param {(bytes: number) => void} onBytes @returns {Promise<Runtime>} */
async function openRuntime(onBytes) {
  const address = (/** @type {string} */ name) => new URL(name, RUNTIME).href;
  const [ort, binary] = await Promise.all([
    import(address("ort.wasm.min.mjs")),
    fetchPacked(new URL("ort-wasm-simd-threaded.wasm", RUNTIME), onBytes),
  ]);
  const { wasm } = ort.env;
  wasm.wasmBinary = binary;
  wasm.wasmPaths = {
    mjs: address("ort-wasm-simd-threaded.mjs"),
    wasm: address("ort-wasm-simd-threaded.wasm"),
  };
  const cores = navigator.hardwareConcurrency ?? 1;
  wasm.numThreads = globalThis.crossOriginIsolated ? Math.min(MOST_THREADS, cores) : 1;
  return ort;
}
