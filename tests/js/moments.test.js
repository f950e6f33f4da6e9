import assert from "node:assert/strict";
import test from "node:test";
import { lossOf, pointAt, sharesOf } from "../../page/labs/moments.js";

test("shares add up to 1, and the loss is the −log of one of them", () => {
  const logits = Float32Array.of(2, -1, 0.5);
  const shares = sharesOf(logits);
  assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-12);
  shares.forEach((share, i) => assert.ok(Math.abs(lossOf(logits, i) + Math.log(share)) < 1e-6));
});

test("the loss of what is as good as impossible is still a number", () => {
  assert.ok(Math.abs(lossOf(Float32Array.of(0, 1000), 0) - 1000) < 1e-9);
});

test("a point of a curve is the nearest", () => {
  const curve = [[0, 2], [10, 1], [60, 0.5]];
  assert.deepEqual([4, 6, 1000].map((moment) => pointAt(curve, moment)[0]), [0, 10, 60]);
});
