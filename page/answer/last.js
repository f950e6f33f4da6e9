// The picture that was answered last on this page, for the tabs that look closer at one.

/** @typedef {import("./steps.js").Original} Original */

/**
 * @typedef {object} Looked a picture that can be looked at closer
 * @property {string} subject of the network that answered
 * @property {string} label the likeliest of the ten, also where it is none of them
 * @property {boolean} rejected it is none of them
 * @property {string} [truth] what the visitor says it is
 * @property {number[][]} [changes] of its pixels, that came with it by link: [index, grey]
 * @property {Uint8Array} input the 28 × 28 greys that the network saw
 * @property {Original} source the drawing or the picture itself
 * @property {number[] | null} box of it that the network saw
 * @property {number} width of the picture that the box is measured in; 0 where there is none
 */

/** @type {Map<string, Looked>} where it was answered -> the answer, the newest last */
const answers = new Map();

/**
 * @param {string} source the id of the answer's panel, or "example"
 * @param {Looked | null} answer null: there is no picture any more
 */
export function keepLast(source, answer) {
  answers.delete(source);
  if (answer) answers.set(source, answer);
}

/**
 * Looks at that answer again, whatever was answered since.
 * @param {string} source
 * @param {string} [truth] what the visitor says it is
 */
export function again(source, truth) {
  const answer = answers.get(source);
  if (answer) keepLast(source, { ...answer, truth });
}

/** [source, answer], or null when there is none. */
export const last = () => [...answers].at(-1) ?? null;
