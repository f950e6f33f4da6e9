// One picture and what to do with it -> the pictures that a network is given, in small batches.

import { moved } from "../labs/moves.js";

/** @typedef {import("./types.js").Change} Change */

export const BATCH = 32;

/**
 * @param {Uint8Array} input the 784 greys
 * @param {Change} change
 * @returns {Uint8Array[]} one for each answer
 */
export function changed(input, { moves, edits }) {
  if (moves) return moves.map((move) => moved(input, move));
  if (!edits) return [input];
  return edits.map((edit) => {
    const picture = input.slice();
    for (const [index, grey] of edit) picture[index] = grey;
    return picture;
  });
}

/**
 * @param {Uint8Array[]} pictures
 * @returns {Float32Array[]} the picture tensors of at most BATCH each, 0..1
 */
export function batchesOf(pictures) {
  const batches = [];
  for (let from = 0; from < pictures.length; from += BATCH) {
    const some = pictures.slice(from, from + BATCH);
    const tensor = new Float32Array(784 * some.length);
    some.forEach((greys, i) => greys.forEach((grey, j) => (tensor[784 * i + j] = grey / 255)));
    batches.push(tensor);
  }
  return batches;
}

/** @param {Float32Array[]} parts of one output, batch by batch */
export function joined(parts) {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let from = 0;
  for (const part of parts) {
    whole.set(part, from);
    from += part.length;
  }
  return whole;
}
