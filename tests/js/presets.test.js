import assert from "node:assert/strict";
import test from "node:test";
import { PRESETS, resized, SIDES } from "../../page/labs/presets.js";

const sum = (values) => values.reduce((a, b) => a + b, 0);

test("of three by three they are the ones everybody knows", () => {
  assert.deepEqual(PRESETS.edges(3, 3), [-1, -1, -1, -1, 8, -1, -1, -1, -1]);
  assert.deepEqual(PRESETS.sharpen(3, 3), [0, -1, 0, -1, 5, -1, 0, -1, 0]);
  assert.deepEqual(PRESETS.emboss(3, 3), [-2, -1, 0, -1, 1, 1, 0, 1, 2]);
  assert.deepEqual(PRESETS.same(3, 3), [0, 0, 0, 0, 1, 0, 0, 0, 0]);
  assert.deepEqual(PRESETS.blur(3, 3).map((value) => 16 * value), [1, 2, 1, 2, 4, 2, 1, 2, 1]);
});

test("of any size they have as many numbers, and add up as their name says", () => {
  for (const rows of SIDES) {
    for (const columns of SIDES) {
      for (const preset of Object.values(PRESETS)) {
        assert.equal(preset(rows, columns).length, rows * columns);
      }
      assert.ok(Math.abs(sum(PRESETS.blur(rows, columns)) - 1) < 1e-12);
      assert.equal(sum(PRESETS.edges(rows, columns)), 0);
      assert.equal(sum(PRESETS.same(rows, columns)), 1);
    }
  }
});

test("another size keeps the middle where it is", () => {
  const three = { values: [1, 2, 3, 4, 5, 6, 7, 8, 9], rows: 3, columns: 3 };
  assert.deepEqual(resized(three, 1, 1), [5]);
  assert.deepEqual(resized(three, 1, 5), [0, 4, 5, 6, 0]);
  assert.deepEqual(resized({ values: resized(three, 5, 5), rows: 5, columns: 5 }, 3, 3), three.values);
});
