import assert from "node:assert/strict";
import test from "node:test";
import { convolve, outputShape, outputSide, pool } from "../../page/labs/convolve.js";

const picture = { values: Float32Array.from({ length: 12 }, (_, i) => i), width: 4, height: 3 };
const square = (values) => ({ values, rows: 3, columns: 3 });

test("the kernel is not turned round", () => {
  const right = square([0, 0, 0, 0, 0, 1, 0, 0, 0]); // takes the pixel to the right
  const { values, width, height } = convolve(picture, right, { padding: 1 });
  assert.deepEqual([width, height], [4, 3]);
  assert.deepEqual([...values], [1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0]);
});

test("without a border the kernel fits fewer places", () => {
  const { values, width, height } = convolve(picture, square(new Array(9).fill(1)));
  assert.deepEqual([width, height], [2, 1]);
  assert.deepEqual([...values], [45, 54]);
});

test("what does not fit a stride is left out", () => {
  assert.equal(outputSide(28, 3, 1, 2), 14);
  assert.equal(outputSide(28, 3, 0, 2), 13);
  const { values } = convolve(picture, square([0, 0, 0, 0, 1, 0, 0, 0, 0]), { padding: 1, stride: 2 });
  assert.deepEqual([...values], [0, 2, 8, 10]);
});

test("an oblong kernel takes a side of its own each way", () => {
  const lying = { values: [1, 10, 100], rows: 1, columns: 3 };
  assert.deepEqual([...convolve(picture, lying).values], [210, 321, 654, 765, 1098, 1209]);
  assert.deepEqual(outputShape(picture, { rows: 3, columns: 5 }, { padding: 1 }), { height: 3, width: 2 });
});

test("a kernel that does not fit has no output", () => {
  const large = { values: new Array(49).fill(1), rows: 7, columns: 7 };
  const { values, width, height } = convolve(picture, large, { padding: 1 });
  assert.deepEqual([values.length, width, height], [0, 0, 0]);
  assert.deepEqual(outputShape(picture, large, { padding: 3 }), { height: 3, width: 4 });
});

test("pooling keeps the largest or the mean, and leaves out what does not fit", () => {
  assert.deepEqual([...pool(picture, 2, "max").values], [5, 7]);
  assert.deepEqual([...pool(picture, 2, "average").values], [2.5, 4.5]);
  assert.deepEqual([...pool({ values: [-3, -1, -2, -4], width: 2, height: 2 }, 2, "max").values], [-1]);
});
