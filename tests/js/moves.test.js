import assert from "node:assert/strict";
import test from "node:test";
import { MOVES, REACH, SIDE, moved } from "../../page/labs/moves.js";

const greys = Uint8Array.from({ length: 784 }, (_, i) => 1 + (i % 255));

test("every move is there once, the unmoved picture in the middle", () => {
  assert.equal(MOVES.length, SIDE * SIDE);
  assert.equal(new Set(MOVES.map(String)).size, 289);
  assert.deepEqual(MOVES[144], [0, 0]);
  assert.deepEqual(MOVES[0], [-REACH, -REACH]);
  assert.deepEqual(MOVES[1], [1 - REACH, -REACH]);
});

for (const [right, down] of [[0, 0], [8, 0], [0, 8], [-8, -8], [3, -5], [-1, 7]]) {
  test(`moved by ${right}, ${down}`, () => {
    const found = moved(greys, [right, down]);
    for (let row = 0; row < 28; row++) {
      for (let column = 0; column < 28; column++) {
        const [y, x] = [row - down, column - right];
        const inside = y >= 0 && y < 28 && x >= 0 && x < 28;
        assert.equal(found[28 * row + column], inside ? greys[28 * y + x] : 0);
      }
    }
  });
}
