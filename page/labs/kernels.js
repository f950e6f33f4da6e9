// The numbers that a network learnt, as its graph uses them: batch normalisation folded in.

const NORM_EPSILON = 1e-5; // torch's default, added to the variance

/** @typedef {import("../hosts/safetensors.js").Arrays} Arrays */
/** @typedef {import("../catalogue.js").Layer} Layer */
/** @typedef {import("../catalogue.js").Model} Model */
/**
 * What a layer learnt. "conv": (out, in, k, k) and (out,); "linear": (out, in) and (out,);
 * "normalise": one deviation and one mean; "softmax": the temperature and nothing.
 * @typedef {{weight: Float32Array, bias: Float32Array}} Learnt
 */

/**
 * The parameters of a network, by the name of the layer.
 * @param {Model} model
 * @param {Arrays} arrays of its weights file
 * @returns {Record<string, Learnt>}
 */
export function kernels(model, arrays) {
  /** @type {Record<string, Learnt>} */
  const found = {};
  for (const layer of model.layers) {
    if (layer.op === "normalise") {
      const [weight, bias] = ["deviation", "mean"].map((word) => valuesOf(arrays, `normalise.${word}`));
      found[layer.name] = { weight, bias };
    } else if (layer.op === "softmax") {
      found[layer.name] = { weight: Float32Array.of(model.temperature), bias: new Float32Array() };
    } else if (layer.weights) {
      found[layer.name] = folded(layer, arrays);
    }
  }
  return found;
}

/**
 * What follows a convolution as (x − mean) ÷ deviation · gamma + beta is linear: it becomes part of
 * the kernels and the bias.
 * @param {Layer} layer
 * @param {Arrays} arrays
 * @returns {Learnt}
 */
function folded(layer, arrays) {
  const { shape, values } = arrayOf(arrays, `${layer.weights}.weight`);
  const [out] = shape;
  const bias = arrays[`${layer.weights}.bias`]?.values ?? new Float32Array(out);
  if (!layer.norm) return { weight: values, bias };
  const [gamma, beta, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(
    (word) => valuesOf(arrays, `${layer.norm}.${word}`),
  );
  const scale = Float64Array.from(gamma, (value, i) => value / Math.sqrt(variance[i] + NORM_EPSILON));
  const size = values.length / out;
  return {
    weight: values.map((value, i) => value * scale[Math.floor(i / size)]),
    bias: bias.map((value, i) => (value - mean[i]) * scale[i] + beta[i]),
  };
}

/**
 * @param {Arrays} arrays
 * @param {string} name
 */
function arrayOf(arrays, name) {
  if (!arrays[name]) throw new Error(`The weights file has no ${name}.`);
  return arrays[name];
}

/**
 * @param {Arrays} arrays
 * @param {string} name
 */
const valuesOf = (arrays, name) => arrayOf(arrays, name).values;
