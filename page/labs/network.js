// What the labs ask of a host: a picture's way through a network, all stages in one run.

import { walk } from "./arithmetic.js";
import { kernels } from "./kernels.js";

/** @typedef {import("../hosts/types.js").Host} Host */
/** @typedef {import("../catalogue.js").Model} Model */
/** @typedef {import("./kernels.js").Learnt} Learnt */

/** By the name of the model; fetched once. @type {Map<string, Promise<Record<string, Learnt>>>} */
const fetched = new Map();

/**
 * What the network has learnt, by the name of the layer.
 * @param {Host} host
 * @param {Model} model
 */
export function kernelsOf(host, model) {
  const found = fetched.get(model.name) ?? host.weights(model.name).then((a) => kernels(model, a));
  fetched.set(model.name, found);
  found.catch(() => fetched.delete(model.name)); // to be asked again
  return found;
}

/**
 * Every stage of that picture's way through the network.
 * @param {Host} host
 * @param {Model} model
 * @param {Uint8Array} input 784 greys
 */
export async function walkThrough(host, model, input) {
  const names = model.layers.map(({ name }) => name).filter((name) => name in model.outputs);
  const [outputs, learnt] = await Promise.all([
    host.run(model.name, input, names),
    kernelsOf(host, model),
  ]);
  return walk(model, input, outputs, learnt);
}
