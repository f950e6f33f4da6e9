// One picture's way through a network, stage by stage, and the arithmetic of any one value.
//
// Convolutions, poolings, logits and probabilities are outputs of the graph itself; what lies
// between them (normalising, ReLU, adding, flattening, a hidden linear layer) is computed here.
// Everything is plain numbers: no page, no host.

/** @typedef {import("../catalogue.js").Layer} Layer */
/** @typedef {import("../catalogue.js").Model} Model */
/** @typedef {import("./kernels.js").Learnt} Learnt */
/**
 * What the picture has become after one layer; the first stage is the picture, of op "input".
 * values: (C, H, W) maps or (K,) features, in C order.
 * vector: features, which are shown as one picture of height × width; so maps is 1.
 * @typedef {{name: string, op: string, sources: string[], block: string, shape: number[],
 *   values: Float32Array, vector: boolean, maps: number, height: number, width: number,
 *   kernel: number, stride: number, padding: number, learnt: Learnt | undefined}} Stage
 */
/**
 * How one value came about.
 * inputs: what it was made of: C windows of k × k of a convolution, one for each input map, zeros
 *   where they reach over the edge; one of a pooling; two numbers of an addition, or of the picture
 *   and its mirror image; all features of a linear layer; all logits of a softmax; else one number.
 * weights: what inputs were multiplied by, one by one; null where by nothing.
 * shape: of both: [C, k, k], or [how many].
 * corner: [row, column] of the window's first pixel in the input, negative in the padding; null
 *   where there is no window.
 * result: the value computed here. shown: the value as it stands in the stage.
 * @typedef {{inputs: Float32Array, weights: Float32Array | null, shape: number[],
 *   corner: number[] | null, bias: number, result: number, shown: number}} Arithmetic
 */

/** The picture itself, as if a layer gave it. @type {Layer} */
const PICTURE = {
  name: "input",
  op: "input",
  sources: [],
  block: "",
  shape: [1, 28, 28],
  kernel: 0,
  stride: 0,
  padding: 0,
  parameters: 0,
};

/**
 * Every stage of a picture's way through the network, the picture first.
 * @param {Model} model
 * @param {Uint8Array} input 784 greys
 * @param {Record<string, Float32Array>} outputs of the graph, for that picture
 * @param {Record<string, Learnt>} learnt what kernels() returns
 * @returns {Stage[]}
 */
export function walk(model, input, outputs, learnt) {
  const picture = Float32Array.from(input, (grey) => grey / 255);
  const stages = [stageOf(PICTURE, picture, undefined)];
  for (const layer of model.layers) {
    const sources = layer.sources.map((name) => stageNamed(stages, name).values);
    const known = learnt[layer.name];
    const values = outputs[layer.name] ?? computed(layer, sources, known);
    stages.push(stageOf(layer, values, known));
  }
  return stages;
}

/**
 * How the value at one place of a stage was computed.
 * @param {Stage[]} stages what walk() returned
 * @param {string} name of the stage, not of the picture itself
 * @param {number} index of the value in the stage's values
 * @returns {Arithmetic}
 * @throws {RangeError} there is no such stage or place
 */
export function arithmetic(stages, name, index) {
  const stage = stageNamed(stages, name);
  if (stage.op === "input") throw new RangeError("The picture itself is computed from nothing.");
  if (!(index in stage.values)) throw new RangeError(`${name} has no value ${index}.`);
  const sources = stage.sources.map((source) => stageNamed(stages, source));
  const { inputs, corner, shape } = inputsOf(stage, sources, index);
  const [weights, bias] = weightsOf(stage, index);
  const result = combined(stage, inputs, weights, bias, index);
  return { inputs, weights, shape, corner, bias, result, shown: stage.values[index] };
}

/**
 * @param {Stage[]} stages
 * @param {string} name
 */
export function stageNamed(stages, name) {
  const found = stages.find((stage) => stage.name === name);
  if (!found) throw new RangeError(`There is no stage ${name}.`);
  return found;
}

/**
 * @param {Layer} layer
 * @param {Float32Array} values
 * @param {Learnt | undefined} learnt
 * @returns {Stage}
 */
function stageOf(layer, values, learnt) {
  const { name, op, sources, block = "", shape, kernel = 0, stride = 0, padding = 0 } = layer;
  const vector = shape.length === 1;
  const [maps, height, width] = vector ? [1, ...nearSquare(values.length)] : shape;
  const sizes = { vector, maps, height, width, kernel, stride, padding };
  return { name, op, sources, block, shape, values, learnt, ...sizes };
}

/**
 * [height, width] of a picture of so many numbers.
 * @param {number} count
 */
function nearSquare(count) {
  let height = Math.floor(Math.sqrt(count));
  while (count % height) height -= 1;
  return [height, count / height];
}

/**
 * The output of a layer that is no output of the graph.
 * @param {Layer} layer
 * @param {Float32Array[]} inputs
 * @param {Learnt | undefined} learnt
 */
function computed(layer, inputs, learnt) {
  const [first, second] = inputs;
  if (layer.op === "relu") return first.map((value) => Math.max(value, 0));
  if (layer.op === "add") return first.map((value, i) => value + second[i]);
  if (layer.op === "flatten") return first;
  if (layer.op === "normalise" && learnt) {
    return first.map((value) => (value - learnt.bias[0]) / learnt.weight[0]);
  }
  if (layer.op === "linear" && learnt) {
    const { weight, bias } = learnt;
    return bias.map((start, i) => start + dot(first, weight, i * first.length));
  }
  throw new RangeError(`${layer.name} should be an output of the graph: export it anew.`);
}

/**
 * @param {Float32Array} values
 * @param {Float32Array} weights
 * @param {number} [start] of the weights
 */
function dot(values, weights, start = 0) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * weights[start + i];
  return sum;
}

/**
 * What went into a value.
 * @param {Stage} stage
 * @param {Stage[]} sources
 * @param {number} index
 * @returns {{inputs: Float32Array, corner: number[] | null, shape: number[]}}
 */
function inputsOf(stage, sources, index) {
  const [first] = sources;
  if (["conv", "max", "average"].includes(stage.op)) return windowOf(stage, first, index);
  /** @type {Float32Array} */
  let inputs = Float32Array.from(sources, ({ values }) => values[index]);
  if (stage.op === "linear" || stage.op === "softmax") inputs = first.values;
  if (stage.op === "mirror") {
    const here = first.values[index]; // the graph tells the mean alone
    inputs = Float32Array.of(here, 2 * stage.values[index] - here);
  }
  return { inputs, corner: null, shape: [inputs.length] };
}

/**
 * The window of a convolution over all input maps, or of a pooling over its own.
 * @param {Stage} stage
 * @param {Stage} source
 * @param {number} index
 */
function windowOf(stage, source, index) {
  const { kernel: k, stride, padding, width, height } = stage;
  const [map, row, column] = placeOf(stage, index);
  const corner = [row * stride - padding, column * stride - padding];
  const maps = stage.op === "conv" ? source.maps : 1;
  const from = stage.op === "conv" ? 0 : map;
  const inputs = new Float32Array(maps * k * k);
  for (let i = 0; i < inputs.length; i++) {
    const y = corner[0] + (Math.floor(i / k) % k);
    const x = corner[1] + (i % k);
    if (y < 0 || x < 0 || y >= source.height || x >= source.width) continue;
    inputs[i] = source.values[((from + Math.floor(i / (k * k))) * source.height + y) * source.width + x];
  }
  return { inputs, corner, shape: [maps, k, k] };
}

/**
 * [map, row, column] of a value; features lie in one map.
 * @param {Stage} stage
 * @param {number} index
 */
export function placeOf({ height, width }, index) {
  const row = Math.floor(index / width);
  return [Math.floor(row / height), row % height, index % width];
}

/**
 * [what the inputs are multiplied by or null, the bias]
 * @param {Stage} stage
 * @param {number} index
 * @returns {[Float32Array | null, number]}
 */
function weightsOf(stage, index) {
  if (!stage.learnt || !["conv", "linear"].includes(stage.op)) return [null, 0];
  const { weight, bias } = stage.learnt;
  const out = stage.vector ? index : placeOf(stage, index)[0];
  const size = weight.length / bias.length;
  return [weight.subarray(out * size, (out + 1) * size), bias[out]];
}

/**
 * The value that those inputs make.
 * @param {Stage} stage
 * @param {Float32Array} inputs
 * @param {Float32Array | null} weights
 * @param {number} bias
 * @param {number} index
 */
function combined(stage, inputs, weights, bias, index) {
  if (weights) return dot(inputs, weights) + bias;
  if (stage.op === "normalise" && stage.learnt) {
    return (inputs[0] - stage.learnt.bias[0]) / stage.learnt.weight[0];
  }
  if (stage.op === "relu") return Math.max(0, inputs[0]);
  if (stage.op === "max") return Math.max(...inputs);
  if (stage.op === "softmax" && stage.learnt) return softmax(inputs, stage.learnt.weight[0])[index];
  const sum = inputs.reduce((a, b) => a + b, 0);
  return stage.op === "average" || stage.op === "mirror" ? sum / inputs.length : sum;
}

/**
 * @param {Float32Array} logits
 * @param {number} temperature that they are divided by
 */
function softmax(logits, temperature) {
  const most = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
