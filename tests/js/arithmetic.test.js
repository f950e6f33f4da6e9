// By hand, on a network of a few numbers; tests/test_page_arithmetic.py does it on the shipped ones.

import assert from "node:assert/strict";
import test from "node:test";
import { arithmetic, placeOf, walk } from "../../page/labs/arithmetic.js";
import { kernels } from "../../page/labs/kernels.js";

const model = {
  temperature: 2,
  layers: [
    { name: "normalise", op: "normalise", sources: ["input"], shape: [1, 28, 28] },
    { name: "conv", op: "conv", sources: ["normalise"], shape: [2, 28, 28], kernel: 3, stride: 1,
      padding: 1, weights: "conv", norm: "norm" },
    { name: "relu", op: "relu", sources: ["conv"], shape: [2, 28, 28] },
    { name: "pool", op: "average", sources: ["relu"], shape: [2, 1, 1], kernel: 28, stride: 28 },
    { name: "add", op: "add", sources: ["pool", "pool"], shape: [2, 1, 1] },
    { name: "flatten", op: "flatten", sources: ["add"], shape: [2] },
    { name: "mirror", op: "mirror", sources: ["flatten"], shape: [2] },
    { name: "logits", op: "linear", sources: ["mirror"], shape: [2], weights: "fc" },
    { name: "probabilities", op: "softmax", sources: ["logits"], shape: [2] },
  ],
}; // prettier-ignore

const array = (...values) => ({ shape: [values.length], values: Float32Array.from(values) });
const arrays = {
  "normalise.mean": array(0.5),
  "normalise.deviation": array(0.25),
  "conv.weight": { shape: [2, 1, 3, 3], values: Float32Array.from({ length: 18 }, (_, i) => i % 9) },
  "norm.weight": array(2, 3),
  "norm.bias": array(1, -1),
  "norm.running_mean": array(0, 4),
  "norm.running_var": array(4 - 1e-5, 9 - 1e-5),
  "fc.weight": { shape: [2, 2], values: Float32Array.of(1, 2, 3, -4) },
  "fc.bias": array(0.5, -0.5),
};
const learnt = kernels(model, arrays);

/** The stages; outputs of the graph are made up: only what is computed from them counts. */
function stages(given = {}) {
  const outputs = {
    conv: new Float32Array(2 * 784).fill(-1).fill(3, 784),
    pool: Float32Array.of(0, 3),
    mirror: Float32Array.of(1, 5),
    probabilities: Float32Array.of(0.5, 0.5),
    ...given,
  };
  return walk(model, new Uint8Array(784).fill(255), outputs, learnt);
}

const named = (name) => stages().find((stage) => stage.name === name);
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-5, `${a} is not ${b}`);

test("batch norm is folded into kernel and bias", () => {
  near(learnt.conv.weight[8], 8 * (2 / 2));
  near(learnt.conv.weight[17], 8 * (3 / 3));
  near(learnt.conv.bias[0], 1);
  near(learnt.conv.bias[1], (0 - 4) * (3 / 3) - 1);
});

test("what the graph does not give is computed", () => {
  assert.deepEqual(named("normalise").values, new Float32Array(784).fill(2));
  assert.deepEqual(named("relu").values, new Float32Array(2 * 784).fill(3, 784));
  assert.deepEqual(named("add").values, Float32Array.of(0, 6));
  assert.deepEqual(named("flatten").values, Float32Array.of(0, 6));
  assert.deepEqual(named("logits").values, Float32Array.of(1 + 10 + 0.5, 3 - 20 - 0.5));
});

test("a convolution's window is its map's and holds zeros outside of it", () => {
  const corner = arithmetic(stages(), "conv", 784);
  assert.deepEqual(corner.corner, [-1, -1]);
  assert.deepEqual(corner.shape, [1, 3, 3]);
  assert.deepEqual([...corner.inputs], [0, 0, 0, 0, 2, 2, 0, 2, 2]);
  near(corner.result, 2 * (4 + 5 + 7 + 8) - 5);
  assert.equal(corner.shown, 3);
});

test("a pooling takes the mean of its own map", () => {
  const how = arithmetic(stages(), "pool", 1);
  assert.equal(how.inputs.length, 784);
  assert.equal(how.result, 3);
  assert.equal(how.weights, null);
});

test("the mirror image's share is what is missing to the mean", () => {
  assert.deepEqual([...arithmetic(stages(), "mirror", 1).inputs], [6, 4]);
  assert.equal(arithmetic(stages(), "mirror", 1).result, 5);
});

test("softmax divides by the temperature and does not overflow", () => {
  near(arithmetic(stages(), "probabilities", 0).result, 1 / (1 + Math.exp((-17.5 - 11.5) / 2)));
  const logits = Float32Array.of(2000, 0);
  assert.equal(arithmetic(stages({ logits }), "probabilities", 0).result, 1);
});

test("what is not there is refused", () => {
  assert.throws(() => arithmetic(stages(), "conv9", 0), /no stage conv9/);
  assert.throws(() => arithmetic(stages(), "input", 0), RangeError);
  for (const index of [-1, 2 * 784, 0.5]) {
    assert.throws(() => arithmetic(stages(), "conv", index), /no value/);
  }
  assert.throws(() => stages({ pool: undefined }), /export it anew/);
  const lacking = { ...arrays, "fc.weight": undefined };
  assert.throws(() => kernels(model, lacking), /no fc\.weight/);
});

test("places", () => {
  assert.deepEqual(placeOf(named("conv"), 784 + 28 + 3), [1, 1, 3]);
});
