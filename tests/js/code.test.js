import assert from "node:assert/strict";
import test from "node:test";
import { codeOf, conv2d, countOf, sizeOf } from "../../page/labs/code.js";
import { fieldOf } from "../../page/labs/field.js";

const stage = (name, op, sources, shape, more = {}) => {
  const vector = shape.length === 1;
  const [maps, height, width] = vector ? [1, 1, shape[0]] : shape;
  const values = new Float32Array(shape.reduce((a, b) => a * b));
  const sides = { kernel: 0, stride: 0, padding: 0, learnt: undefined };
  return { name, op, sources, shape, values, vector, maps, height, width, ...sides, ...more };
};
const layer = (parameters = 0, norm = "") => ({ parameters, norm });
const window = (kernel, stride, padding) => ({ kernel, stride, padding });

const input = stage("input", "input", [], [1, 28, 28]);
const conv1 = stage("conv1", "conv", ["input"], [32, 28, 28], window(3, 1, 1));
const pool1 = stage("pool1", "max", ["conv1"], [32, 14, 14], window(2, 2, 0));
const conv2 = stage("conv2", "conv", ["pool1"], [64, 14, 14], window(3, 1, 1));
const pool2 = stage("pool2", "max", ["conv2"], [64, 7, 7], window(2, 2, 0));
const flatten = stage("flatten", "flatten", ["pool2"], [3136]);
const logits = stage("logits", "linear", ["flatten"], [10]);
const road = [input, conv1, pool1, conv2, pool2, flatten, logits];

test("the code is what the tutorial writes", () => {
  assert.equal(codeOf(conv1, [input], layer(320)), "nn.Conv2d(1, 32, kernel_size=3, padding=1)");
  assert.equal(codeOf(pool1, [conv1], layer()), "nn.MaxPool2d(kernel_size=2)");
  assert.equal(codeOf(logits, [flatten], layer(31370)), "nn.Linear(3136, 10)");
  assert.equal(conv2d(1, 1, [3, 5], { stride: 2 }), "nn.Conv2d(1, 1, kernel_size=(3, 5), stride=2)");
  const normed = codeOf(conv1, [input], layer(352, "norm"));
  assert.equal(normed, "nn.Conv2d(1, 32, kernel_size=3, padding=1, bias=False)\nnn.BatchNorm2d(32)");
  assert.equal(sizeOf(conv1), "torch.Size([1, 32, 28, 28])");
});

test("parameters are counted as they are made", () => {
  const counts = [[conv1, input, 320], [conv2, pool1, 18496], [logits, flatten, 31370]];
  for (const [of, source, parameters] of counts) {
    const sum = countOf(of, [source], layer(parameters));
    assert.equal(eval(sum.replaceAll("·", "*")), parameters);
  }
  assert.equal(countOf(pool1, [conv1], layer()), "");
});

const side = ({ top, bottom }) => bottom - top + 1;

test("the field grows from layer to layer", () => {
  const index = (of, row, column) => row * of.width + column;
  assert.deepEqual(fieldOf(road, conv1, index(conv1, 5, 9)), { top: 4, left: 8, bottom: 6, right: 10 });
  assert.deepEqual(fieldOf(road, conv1, 0), { top: -1, left: -1, bottom: 1, right: 1 });
  assert.deepEqual(
    [conv1, pool1, conv2, pool2].map((of) => side(fieldOf(road, of, index(of, 3, 3)))),
    [3, 4, 8, 10],
  );
  assert.equal(side(fieldOf(road, flatten, 49 + index(pool2, 3, 3))), 10);
  assert.deepEqual(fieldOf(road, logits, 4), { top: 0, left: 0, bottom: 27, right: 27 });
});

test("where two ways meet the field is around both", () => {
  const sum = stage("sum", "add", ["conv1", "input"], [1, 28, 28]);
  assert.equal(side(fieldOf([...road, sum], sum, 28 * 5 + 5)), 3);
});
