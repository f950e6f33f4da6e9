// What the Why tab computes, on pictures and networks of a few numbers;
// tests/test_page_why.py does it on the shipped ones.

import assert from "node:assert/strict";
import test from "node:test";
import { changeMind, changesOf, doubtsOf, flipped, nearInk } from "../../page/why/flips.js";
import { packed, unpacked } from "../../page/why/link.js";
import { crowdOf, majority, nearest, placeOf, placesOf } from "../../page/why/nearest.js";
import { countsOf, pixelsOf, strongest, windowsOf } from "../../page/why/occlusion.js";
import { splitOf } from "../../page/why/split.js";

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-5, `${a} is not ${b}`);
/** A picture with ink of 200 at these indices. */
const inked = (...places) => {
  const picture = new Uint8Array(784);
  for (const at of places) picture[at] = 200;
  return picture;
};

test("a window blacks out its cell's ink and what touches it", () => {
  const { cells, edits } = windowsOf(inked(0, 2 * 28 + 2));
  assert.deepEqual(cells, [0, 1, 14, 15], "windows reach one pixel beyond their cells");
  assert.deepEqual(edits[0], [[0, 0], [58, 0]]); // prettier-ignore
  assert.deepEqual(edits[1], [[58, 0]]);
  assert.deepEqual(windowsOf(new Uint8Array(784)).cells, []);
  assert.equal(windowsOf(new Uint8Array(784).fill(1)).cells.length, 196);
  assert.deepEqual(pixelsOf(195), [26 * 28 + 26, 26 * 28 + 27, 27 * 28 + 26, 27 * 28 + 27]);
});

test("a cell counts for what is lost without it", () => {
  const whole = [0, 5, 3, 0, 0, 0, 0, 0, 0, 0];
  const hidden = [0, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 6, 9, 0, 0, 0, 0, 0, 0, 0];
  const alone = countsOf(whole, hidden, [3, 7], 1);
  assert.deepEqual([alone[3], alone[7], alone[0]], [1, -1, 0]);
  const against = countsOf(whole, hidden, [3, 7], 1, 2);
  assert.deepEqual([against[3], against[7]], [1, 5]);
  assert.deepEqual(strongest(inked(0, 4), alone), [0, 2], "only cells with ink, the first first");
});

/** Two maps of 2 × 2, then logits of two. @param {string} op what lies between */
function stages(op) {
  const maps = { name: "maps", op: "relu", sources: [], vector: false, maps: 2, height: 2, width: 2,
    values: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) }; // prettier-ignore
  const pool = { ...maps, name: "pool", op: "average", sources: ["maps"], height: 1, width: 1,
    values: Float32Array.of(2.5, 6.5) }; // prettier-ignore
  const averaged = op === "average";
  const flat = { name: "flat", op: op === "linear" ? "linear" : "flatten",
    sources: [averaged ? "pool" : "maps"], vector: true }; // prettier-ignore
  const weight = averaged
    ? Float32Array.of(1, 2, 3, -4)
    : Float32Array.from({ length: 16 }, (_, i) => (i % 8) - 3 * Math.floor(i / 8));
  const logits = { name: "logits", op: "linear", sources: ["flat"],
    learnt: { weight, bias: Float32Array.of(0.5, -0.25) } }; // prettier-ignore
  return [maps, pool, flat, logits];
}

test("places and bias add up to the logit", () => {
  const { values, sum, bias, result, maps, stage } = splitOf(stages("flatten"), 0);
  assert.deepEqual([...values], [0 * 1 + 4 * 5, 1 * 2 + 5 * 6, 2 * 3 + 6 * 7, 3 * 4 + 7 * 8]);
  assert.deepEqual([sum, bias, result, maps, stage], [168, 0.5, 168.5, 2, "maps"]);
  const apart = splitOf(stages("flatten"), 0, 1);
  assert.deepEqual([...apart.values], [18, 24, 30, 36], "weights are apart by 3 everywhere");
  assert.equal(apart.result, 108 + 0.75);
});

test("behind an average each place adds its share of it", () => {
  const { values, result } = splitOf(stages("average"), 1);
  assert.deepEqual([...values], [1, 2, 3, 4].map((a, i) => (3 * a - 4 * (5 + i)) / 4));
  near(result, 3 * 2.5 - 4 * 6.5 - 0.25);
});

test("what is no sum of places is not taken apart", () => {
  assert.equal(splitOf(stages("linear"), 0), null);
});

test("changes are counted, and turned over again they are none", () => {
  const before = inked(5, 6);
  const now = before.slice();
  [now[5], now[100]] = [flipped(now[5]), flipped(now[100])];
  assert.deepEqual(changesOf(before, now), [[5, 0], [100, 255]]); // prettier-ignore
  assert.deepEqual(changesOf(before, before.slice()), []);
  assert.deepEqual(nearInk(inked(0)), [0, 1, 28, 29]);
});

test("a doubt is how far another logit is above", () => {
  assert.deepEqual(doubtsOf([1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0), [2, -9]);
});

/** A network that says 1 once three of the pixels 30, 31, 32 and 60 are black, else 0. */
async function ask(picture, edits) {
  return edits.flatMap((edit) => {
    const seen = picture.slice();
    for (const [at, grey] of edit) seen[at] = grey;
    const gone = [30, 31, 32, 60].filter((at) => !seen[at]).length;
    return [2.5, gone, 0, 0, 0, 0, 0, 0, 0, 0];
  });
}

test("greedily, one pixel after the other, until the answer is another", async () => {
  const input = inked(30, 31, 32, 60, 400);
  const moves = [];
  const told = (picture) => moves.push(changesOf(input, picture)) < 99;
  assert.equal(await changeMind(input, 0, ask, told, 10), true);
  assert.deepEqual(moves.map((move) => move.length), [1, 2, 3]);
  assert.ok(moves[2].every(([at, grey]) => [30, 31, 32, 60].includes(at) && grey === 0));
  assert.equal(await changeMind(input, 0, ask, () => true, 2), false, "no more than two moves");
  assert.equal(await changeMind(input, 0, ask, () => false, 10), false, "stopped");
});

test("a link brings picture, network and changes along", () => {
  const inputs = [inked(), inked(0, 783), new Uint8Array(784).fill(7), inked(300, 301, 600)];
  for (const input of inputs) {
    const linked = { model: "mnist_tutorial", input, changes: [[0, 255], [783, 0], [301, 17]] }; // prettier-ignore
    const text = packed(linked);
    assert.match(text, /^[\w-]+$/);
    assert.deepEqual(unpacked(text), linked);
    for (const damaged of [text.slice(0, -1), text.slice(0, 20), `B${text.slice(1)}`, "", "한글"]) {
      assert.throws(() => unpacked(damaged));
    }
  }
  assert.ok(packed({ model: "mnist", input: inked(300, 301), changes: [] }).length < 60);
  assert.throws(() => unpacked("A".repeat(1e6)), RangeError);
});

const crowd = crowdOf({
  features: { shape: [4, 2], values: Float32Array.of(0, 0, 10, 0, 0, 20, 10, 10) },
  labels: { shape: [4], values: Float32Array.of(3, 3, 5, 5) },
  scale: { shape: [1], values: Float32Array.of(0.5) },
  projection: { shape: [2, 2], values: Float32Array.of(1, 0, 2, -1) },
  far: { shape: [1], values: Float32Array.of(4) },
});

test("the nearest by all features", () => {
  const found = nearest(crowd, Float32Array.of(4, 1.5), 3);
  assert.deepEqual(found.map(({ index }) => index), [1, 3, 0]);
  near(found[0].apart, Math.hypot(1, 1.5));
  assert.deepEqual(nearest(crowd, Float32Array.of(4, 1), 3, 5).map(({ index }) => index), [3, 2]);
  assert.equal(majority(found), 3);
  assert.equal(majority([{ label: 5 }, { label: 3 }]), 5, "of equally common ones the nearest");
});

test("the plane is linear", () => {
  assert.deepEqual(placeOf(crowd, Float32Array.of(3, 2)), [7, -2]);
  assert.deepEqual(placesOf(crowd)[3], [15, -5]);
});
