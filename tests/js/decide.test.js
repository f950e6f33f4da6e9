import assert from "node:assert/strict";
import test from "node:test";
import { decide, decideOne, stepsOf } from "../../page/answer/decide.js";

const MODEL = { labels: [..."0123456789"], rejection_threshold: 4 };
const plain = { blank: false, rejected: false, digits: [] };
const seen = (probabilities, energy = 9, blank = false) => ({ ...plain, probabilities, energy, blank });
const SEVEN = [0.01, 0, 0, 0.02, 0, 0, 0, 0.9, 0.03, 0.04];

test("the likeliest label is the answer", () => {
  assert.deepEqual(decide(MODEL, seen(SEVEN)), { label: "7", probability: 0.9, rejected: false });
});

test("of two that are equally likely the first is, as in Python's argmax", () => {
  assert.equal(decide(MODEL, seen([0, 0.5, 0, 0.5, 0, 0, 0, 0, 0, 0])).label, "1");
});

test("too little energy is a refusal, which still tells the nearest", () => {
  assert.equal(decide(MODEL, seen(SEVEN, 4)).rejected, false);
  const { label, rejected } = decide(MODEL, seen(SEVEN, 3.999));
  assert.deepEqual([label, rejected], ["7", true]);
});

test("a network without a threshold refuses nothing but a blank picture", () => {
  const never = { ...MODEL, rejection_threshold: null };
  assert.equal(decide(never, seen(SEVEN, -100)).rejected, false);
  assert.equal(decide(never, seen(SEVEN, 100, true)).rejected, true);
});

test("of two that answer together the evidence decides, whatever the energy", () => {
  const opinions = { look: SEVEN, network: SEVEN };
  const together = (evidence) => decide(MODEL, { ...seen(SEVEN, -100), evidence, opinions });
  assert.equal(together(0.1).rejected, false);
  assert.equal(together(-0.1).rejected, true);
  assert.equal(decide(MODEL, { ...seen(SEVEN), evidence: -0.1 }).rejected, true);
  assert.equal(decide(MODEL, { ...seen(SEVEN, 3), evidence: 0.1 }).rejected, true);
});

test("what was turned away before stays so, whatever the network says", () => {
  assert.equal(decide(MODEL, { ...seen(SEVEN), rejected: true }).rejected, true);
});

test("a number is its digits, as sure as the least of them", () => {
  const four = [0, 0, 0, 0, 0.8, 0.2, 0, 0, 0, 0];
  const whole = { ...seen(SEVEN, 0), rejected: true };
  const digits = [seen(four), seen(SEVEN)];
  assert.deepEqual(decide(MODEL, { ...whole, digits }), {
    label: "47",
    probability: 0.8,
    rejected: false,
  });
  assert.equal(decide(MODEL, { ...whole, digits: [...digits, seen(SEVEN, 3)] }).rejected, true);
  assert.equal(decideOne(MODEL, digits[1]).label, "7");
});

const mask = { width: 1, height: 1, greys: new Uint8Array(1) };
for (const [what, given, steps] of [
  ["a drawing", { kind: "sketch", mask: null, centre: [1, 1] }, "ink box centre input"],
  ["a sample", { kind: "sample", mask: null, centre: null }, "input"],
  ["a garment", { kind: "photo", mask, centre: null }, "found mask crop input"],
  ["a digit on paper", { kind: "photo", mask, centre: [1, 1] }, "found ink centre input"],
  ["a whole picture", { kind: "photo", mask: null, centre: null }, "whole input"],
]) {
  test(`the steps of ${what}`, () => assert.equal(stepsOf(given).join(" "), steps));
}
