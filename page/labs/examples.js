// The pictures of our own making, with what the network sees of each.

import { ROOT } from "../catalogue.js";
import { once } from "../once.js";

/** @typedef {{file: string, subject: string, label: string, input: Uint8Array}} Example */

/** All of them. */
export const examples = once(async () => {
  const reply = await fetch(new URL("examples/examples.json", ROOT));
  if (!reply.ok) throw new Error(`examples.json: ${reply.status}`);
  const found = /** @type {(Omit<Example, "input"> & {input: string})[]} */ (await reply.json());
  return found.map(
    (example) =>
      /** @type {Example} */ ({
        ...example,
        input: Uint8Array.from(atob(example.input), (letter) => letter.charCodeAt(0)),
      }),
  );
});
