import assert from "node:assert/strict";
import test from "node:test";
import { glancesOf, MAPS, unpacked } from "../../page/hosts/glance.js";

const model = { outputs: { logits: [10], conv: [6, 2, 2], small: [2, 1, 1] } };
const conv = Float32Array.from({ length: 24 }, (_, i) => (i % 4 === 1 ? [1, -5, 2, 0, 4, 3][i >> 2] : 0));
const outputs = { conv, small: Float32Array.of(-0.5, 0.25) };

test("the strongest maps come in their order, the largest magnitude as 127", () => {
  const [first, second] = glancesOf(model, outputs);
  assert.deepEqual(first.maps, [1, 2, 4, 5]);
  assert.equal(first.maps.length, MAPS);
  assert.deepEqual([...first.values].filter((_, i) => i % 4 === 1), [-127, 51, 102, 76]);
  assert.deepEqual([second.maps, [...second.values]], [[0, 1], [-127, 64]]);
});

test("a picture that nothing answers to is dark", () => {
  const [glance] = glancesOf(model, { ...outputs, conv: new Float32Array(24) });
  assert.ok(glance.values.every((value) => value === 0));
});

test("what the server packs is unpacked", () => {
  const packed = glancesOf(model, outputs).flatMap(({ maps, values }) => [...maps, ...values.map((v) => v & 255)]);
  assert.deepEqual(unpacked(model, Uint8Array.from(packed).buffer), glancesOf(model, outputs));
});
