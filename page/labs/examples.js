// The pictures of our own making, with what the network sees of each.

import { ROOT } from "../catalogue.js";

/** @typedef {{file: string, subject: string, label: string, input: Uint8Array}} Example */

/** @type {Promise<Example[]> | null} */
let fetched = null;

/** All of them; asked for once, and again after a failure. */
export function examples() {
  fetched ??= read().catch((error) => {
    fetched = null;
    throw error;
  });
  return fetched;
}

/** @returns {Promise<Example[]>} */
async function read() {
  const reply = await fetch(new URL("examples/examples.json", ROOT));
  if (!reply.ok) throw new Error(`examples.json: ${reply.status}`);
  const found = await reply.json();
  return found.map((/** @type {{input: string}} */ example) => ({
    ...example,
    input: Uint8Array.from(atob(example.input), (letter) => letter.charCodeAt(0)),
  }));
}
