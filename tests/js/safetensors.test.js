import assert from "node:assert/strict";
import test from "node:test";
import { parseSafetensors } from "../../page/hosts/safetensors.js";

/** A file of those arrays, its header made longer by so many spaces, as writers align it. */
function fileOf(header, numbers, spaces = 0) {
  const text = new TextEncoder().encode(JSON.stringify(header) + " ".repeat(spaces));
  const file = new ArrayBuffer(8 + text.length + 4 * numbers.length);
  const view = new DataView(file);
  view.setBigUint64(0, BigInt(text.length), true);
  new Uint8Array(file).set(text, 8);
  numbers.forEach((value, i) => view.setFloat32(8 + text.length + 4 * i, value, true));
  return file;
}

const HEADER = {
  __metadata__: { name: "made up" },
  a: { dtype: "F32", shape: [2, 1], data_offsets: [0, 8] },
  b: { dtype: "F32", shape: [], data_offsets: [8, 12] },
};

for (const spaces of [0, 1, 2, 3]) {
  test(`arrays are read wherever they begin (${spaces} spaces)`, () => {
    const found = parseSafetensors(fileOf(HEADER, [1.5, -2, 0.25], spaces));
    assert.deepEqual(found, {
      a: { shape: [2, 1], values: Float32Array.of(1.5, -2) },
      b: { shape: [], values: Float32Array.of(0.25) },
    });
  });
}

test("what is cut short is refused", () => {
  const file = fileOf(HEADER, [1.5, -2, 0.25]);
  for (const length of [0, 7, 8, 40, file.byteLength - 1]) {
    assert.throws(() => parseSafetensors(file.slice(0, length)), /whole|cut short/, `${length} bytes`);
  }
});

test("arrays of other numbers are left out", () => {
  const header = { steps: { dtype: "I64", shape: [1], data_offsets: [0, 8] } };
  assert.deepEqual(parseSafetensors(fileOf(header, [0, 0])), {});
});

test("halves are read as what they stand for", () => {
  const bits = [0x3c00, 0xc100, 0x0001, 0x8000, 0x7c00, 0x3555];
  const numbers = Float32Array.from({ length: 3 }); // room for six of two bytes
  const header = { a: { dtype: "F16", shape: [6], data_offsets: [0, 12] } };
  const file = fileOf(header, [...numbers]);
  bits.forEach((word, i) => new DataView(file).setUint16(file.byteLength - 12 + 2 * i, word, true));
  const expected = [1, -2.5, 2 ** -24, -0, Infinity, 0.333251953125];
  assert.deepEqual(parseSafetensors(file).a, { shape: [6], values: Float32Array.from(expected) });
});
