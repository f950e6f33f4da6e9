// Runs of graphs, each in its turn.

/** @typedef {import("./graphs.js").Runtime} Runtime */
/** @typedef {import("../catalogue.js").Catalogue} Catalogue */

/**
 * @param {Catalogue} catalogue
 * @param {ReturnType<typeof import("./graphs.js").createGraphs>} graphs
 * @param {ReturnType<typeof import("./turns.js").createTurns>} turn
 */
export function createRuns(catalogue, graphs, turn) {
  /**
   * @param {string} graph
   * @param {(ort: Runtime) => Record<string, any>} feeds
   * @param {string[]} outputs
   */
  async function run(graph, feeds, outputs) {
    const [ort, session] = await Promise.all([graphs.runtime(), graphs.session(graph)]);
    return turn(() => session.run(feeds(ort), outputs), true);
  }

  /**
   * What that network answers.
   * @param {string} model
   * @param {Float32Array} images N × 784, 0..1
   * @param {string[]} outputs
   */
  function answer(model, images, outputs) {
    const shape = [images.length / 784, 1, 28, 28];
    const feeds = (/** @type {Runtime} */ ort) => ({ image: new ort.Tensor("float32", images, shape) });
    return run(catalogue.models[model].graph, feeds, outputs);
  }

  return {
    run,
    answer,

    /** The graph of a step of preprocessing. @param {keyof Catalogue["preprocessing"]} step */
    stepOf: (step) => catalogue.preprocessing[step].graph,

    /**
     * What that network says of pictures, each in 784 greys.
     * @param {string} model
     * @param {Uint8Array[]} inputs
     * @returns {Promise<import("./types.js").Said[]>}
     */
    async said(model, inputs) {
      const images = new Float32Array(784 * inputs.length);
      inputs.forEach((greys, i) => greys.forEach((grey, j) => (images[784 * i + j] = grey / 255)));
      const found = await answer(model, images, ["probabilities", "energy"]);
      return inputs.map((_, i) => saidOf(found, i));
    },
  };
}

/**
 * What is known of each of several things; of the others it asks, of all at once.
 * @template T
 * @param {(T | undefined)[]} known
 * @param {(open: number[]) => Promise<T[]>} ask of those at these places
 * @returns {Promise<T[]>}
 */
export async function completed(known, ask) {
  const open = [...known.keys()].filter((i) => known[i] === undefined);
  const told = open.length ? await ask(open) : [];
  return known.map((one) => one ?? /** @type {T} */ (told.shift()));
}

/**
 * Of one picture of a batch.
 * @param {Record<string, {data: any}>} found probabilities and energy of the batch
 * @param {number} i
 * @returns {import("./types.js").Said}
 */
export const saidOf = ({ probabilities, energy }, i) => ({
  probabilities: [...probabilities.data.subarray(10 * i, 10 * (i + 1))],
  energy: Number(energy.data[i]),
});
