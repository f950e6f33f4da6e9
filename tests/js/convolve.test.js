import assert from "node:assert/strict";
import test from "node:test";
import { convolve, outputSide } from "../../page/labs/convolve.js";

const picture = { values: Float32Array.from({ length: 12 }, (_, i) => i), width: 4, height: 3 };

test("the kernel is not turned round", () => {
  const right = [0, 0, 0, 0, 0, 1, 0, 0, 0]; // takes the pixel to the right
  const { values, width, height } = convolve(picture, right, { padding: 1 });
  assert.deepEqual([width, height], [4, 3]);
  assert.deepEqual([...values], [1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0]);
});

test("without a border the kernel fits fewer places", () => {
  const { values, width, height } = convolve(picture, new Array(9).fill(1));
  assert.deepEqual([width, height], [2, 1]);
  assert.deepEqual([...values], [45, 54]);
});

test("what does not fit a stride is left out", () => {
  assert.equal(outputSide(28, 3, 1, 2), 14);
  assert.equal(outputSide(28, 3, 0, 2), 13);
  const { values } = convolve(picture, [0, 0, 0, 0, 1, 0, 0, 0, 0], { padding: 1, stride: 2 });
  assert.deepEqual([...values], [0, 2, 8, 10]);
});
