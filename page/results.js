// The figures that were measured: models/results.json.

import { ROOT } from "./catalogue.js";

/**
 * Counts of one model's test set: [truth][answer]; and, for each range of the probability given, the
 * mean of it, the share that was right and how many there were.
 * @typedef {{test_accuracy: number, people_accuracy: number, people_accuracy_resized: number,
 *   confusion?: number[][], reliability?: Record<string, number[][]>}} Score
 */
/**
 * @typedef {{scores?: Record<string, Score>,
 *   shift?: Record<string, {share: number, pictures: number}>}} Results
 */

/** @type {Promise<Results> | null} */
let fetched = null;

/** All of them; nothing where nothing was measured. Asked for once, and again after a failure. */
export function results() {
  fetched ??= read().catch((error) => {
    fetched = null;
    throw error;
  });
  return fetched;
}

/** @returns {Promise<Results>} */
async function read() {
  const reply = await fetch(new URL("models/results.json", ROOT));
  if (reply.status === 404) return {};
  if (!reply.ok) throw new Error(`results.json: ${reply.status}`);
  return reply.json();
}
