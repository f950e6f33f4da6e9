// A picture and what somebody has changed of it, as a link. It lies in the address's fragment, which
// no browser sends to a server.
//
// The text (see ../sealed.js) is of bytes: FORMAT, length and letters of the network's name, the
// picture, the changes. Picture: 0 and how many zeros, or the grey. Changes: two bytes for the index,
// one for the grey.

import { sealed, unsealed } from "../sealed.js";

const FORMAT = 1;
const LONGEST = 5000; // characters
export const START = "#mind=";

/** @typedef {{model: string, input: Uint8Array, changes: number[][]}} Linked */

/**
 * The address of a page that opens with that picture and these changes.
 * @param {Linked} linked
 */
export const linkTo = (linked) => location.origin + location.pathname + START + packed(linked);

/** What this page's address holds; null where it is damaged. @returns {Linked | null} */
export function linkedHere() {
  try {
    return unpacked(location.hash.slice(START.length));
  } catch {
    return null; // cut short in a chat, or meant to do harm
  }
}

/** @param {Linked} linked */
export function packed({ model, input, changes }) {
  const name = Array.from(model, (letter) => letter.charCodeAt(0));
  const bytes = [FORMAT, name.length, ...name];
  for (let i = 0; i < 784; i++) {
    bytes.push(input[i]);
    if (input[i]) continue;
    const end = input.findIndex((grey, j) => j > i && (grey > 0 || j === i + 255));
    const count = (end < 0 ? 784 : end) - i;
    bytes.push(count);
    i += count - 1;
  }
  for (const [at, grey] of changes) bytes.push(at >> 8, at & 255, grey);
  return sealed(bytes);
}

/**
 * @param {string} text
 * @returns {Linked}
 * @throws {RangeError | DOMException} it was cut short, altered, or never was such a link
 */
export function unpacked(text) {
  const bytes = unsealed(text, LONGEST);
  const take = () => {
    if (!bytes.length) throw new RangeError();
    return /** @type {number} */ (bytes.shift());
  };
  if (take() !== FORMAT) throw new RangeError();
  const model = Array.from({ length: take() }, () => String.fromCharCode(take())).join("");
  const input = new Uint8Array(784);
  for (let i = 0; i < 784; ) {
    const grey = take();
    const count = grey ? 1 : take();
    if (!count || i + count > 784) throw new RangeError();
    input[i] = grey;
    i += count;
  }
  /** @type {number[][]} */
  const changes = [];
  while (bytes.length) {
    const at = 256 * take() + take();
    if (at > 783) throw new RangeError();
    changes.push([at, take()]);
  }
  return { model, input, changes };
}
