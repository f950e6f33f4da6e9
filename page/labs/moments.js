// A network as it was while it learnt: what there is of it, and what it said of a picture then.

import { catalogue, ROOT } from "../catalogue.js";
import { once } from "../once.js";
import { kernelsOf } from "./network.js";

/** @typedef {import("../hosts/types.js").Host} Host */
/** @typedef {import("../catalogue.js").Model} Model */
/**
 * A point of a curve: the moment (a number of steps); loss, in nats, and accuracy on training pictures;
 * and both on test pictures.
 * @typedef {[number, number, number, number, number]} Point
 */
/**
 * How a network of the tutorials learnt; moments: of which there are weights, the last is the shipped.
 * @typedef {{steps_per_epoch: number, batch_size: number, curve: Point[], moments: number[]}} Course
 */
/**
 * kernels: of the first convolution, (count, 1, side, side); loss: −log of the share for the truth.
 * @typedef {{moment: number, logits: Float32Array, kernels: Float32Array, biases: Float32Array,
 *   count: number, side: number}} Then
 */
/** @typedef {{model: string, pictures: number, with: Point[], without: Point[]}} Few */

/** models/learning.json, which training writes. */
const curves = once(async () => {
  const reply = await fetch(new URL("models/learning.json", ROOT));
  if (!reply.ok) throw new Error(`learning.json: ${reply.status}`);
  return /** @type {Promise<Record<string, any>>} */ (reply.json());
});

/** @param {Model} model @returns {Promise<Course>} */
export async function courseOf({ name }) {
  const [found, { learning }] = await Promise.all([curves(), catalogue()]);
  const last = found[name].curve.at(-1)[0];
  return { ...found[name], moments: [...learning[name].moments, last] };
}

/** What too few pictures do, with dropout and without. @returns {Promise<Few>} */
export const few = async () => (await curves()).few;

/**
 * What the network was and said at every moment; at the last one it is the shipped network itself.
 * @param {Host} host
 * @param {Model} model
 * @param {Uint8Array} input
 * @param {number[]} moments
 * @returns {Promise<Then[]>}
 */
export async function thenAt(host, model, input, moments) {
  const { outputs } = (await catalogue()).learning[model.name];
  const [count, , side] = outputs.kernels;
  const asked = moments.slice(0, -1).map(async (moment) => {
    const found = await host.run(model.name, input, Object.keys(outputs), { moment });
    const { logits, kernels, biases } = found;
    return { moment, logits, kernels, biases, count, side };
  });
  const shipped = async () => {
    const [{ logits }, learnt] = await Promise.all([
      host.run(model.name, input, ["logits"]),
      kernelsOf(host, model),
    ]);
    const { weight, bias } = learnt.conv1;
    return { moment: moments.at(-1) ?? 0, logits, kernels: weight, biases: bias, count, side };
  };
  return Promise.all([...asked, shipped()]);
}

/**
 * The shares of the ten as training has them: softmax without a temperature.
 * @param {Float32Array} logits
 */
export function sharesOf(logits) {
  const most = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * −log of the share of one of the ten, in nats: what training makes smaller. Exact also where the share
 * is too small for a number.
 * @param {Float32Array} logits
 * @param {number} index
 */
export function lossOf(logits, index) {
  const most = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
  return Math.log(sum) + most - logits[index];
}

/** The point of a curve at a moment; that which is nearest. @param {Point[]} curve @param {number} moment */
export const pointAt = (curve, moment) =>
  curve.reduce((best, point) =>
    Math.abs(point[0] - moment) < Math.abs(best[0] - moment) ? point : best,
  );
