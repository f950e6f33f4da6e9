// The figures that were measured: models/results.json.

import { ROOT } from "./catalogue.js";
import { once } from "./once.js";

/**
 * Counts of one model's test set: [truth][answer]; and, for each range of the probability given, the
 * mean of it, the share that was right and how many there were.
 * @typedef {{test_accuracy: number, test_accuracy_0_255?: number, people_accuracy: number, people_accuracy_resized: number,
 *   confusion?: number[][], reliability?: Record<string, number[][]>}} Score
 */
/**
 * @typedef {{scores?: Record<string, Score>,
 *   shift?: Record<string, {share: number, pictures: number}>}} Results
 */

/** All of them; nothing where nothing was measured. */
export const results = once(async () => {
  const reply = await fetch(new URL("models/results.json", ROOT));
  if (reply.status === 404) return /** @type {Results} */ ({});
  if (!reply.ok) throw new Error(`results.json: ${reply.status}`);
  return /** @type {Promise<Results>} */ (reply.json());
});
