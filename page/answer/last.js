// The picture that was answered last on this page, for the tabs that look closer at one.

/**
 * @typedef {object} Looked a picture that can be looked at closer
 * @property {string} model the network that answered
 * @property {string} subject
 * @property {string} label
 * @property {Uint8Array} input
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

/** [source, answer], or null when there is none. */
export const last = () => [...answers].at(-1) ?? null;
