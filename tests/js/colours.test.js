import assert from "node:assert/strict";
import test from "node:test";
import { colourOf, css, greyOf, inkOn, number, pixelsOfBytes } from "../../page/labs/colours.js";

test("numbers for people have a true minus, and none before a zero", () => {
  assert.equal(number(-1.23456), "−1.235");
  assert.equal(number(1.5, 4), "1.5000");
  assert.equal(number(-0.0004), "0.000");
  assert.equal(number(0, 2), "0.00");
});

test("zero is dark, the top is bright, below zero is bluer than above", () => {
  const sum = (colour) => colour.reduce((a, b) => a + b, 0);
  assert.ok(sum(colourOf(0, 1)) < 100);
  assert.ok(sum(colourOf(1, 1)) > 600 && sum(colourOf(-1, 1)) > 600);
  assert.deepEqual(colourOf(7, 1), colourOf(1, 1), "beyond the top is the top");
  const [above, below] = [colourOf(0.4, 1), colourOf(-0.4, 1)];
  assert.ok(above[0] > above[2] && below[2] > below[0]);
  assert.deepEqual(colourOf(0, 0), colourOf(0, 1), "where all is zero too");
});

test("greys stay within their range, and words on them can be read", () => {
  assert.deepEqual(greyOf(2), [255, 255, 255]);
  assert.deepEqual(greyOf(-1), [0, 0, 0]);
  assert.equal(inkOn(greyOf(0)), "#fff");
  assert.equal(inkOn(greyOf(1)), "#000");
  assert.deepEqual([inkOn([77, 124, 230]), inkOn([214, 122, 30])], ["#000", "#000"]);
  assert.deepEqual([inkOn([47, 100, 224]), inkOn([117, 117, 117])], ["#fff", "#fff"]);
  assert.equal(css([1, 2, 3]), "rgb(1 2 3)");
});

test("bytes get the colours of their numbers, opaque", () => {
  const bytes = Int8Array.of(-128, -127, -1, 0, 64, 127);
  const pixels = new Uint8Array(pixelsOfBytes(bytes).buffer);
  const wanted = [...bytes].flatMap((value) => [...colourOf(value, 127), 255]);
  assert.deepEqual([...pixels], wanted);
});
