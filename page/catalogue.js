// The networks that there are: models/catalogue.json.

import { once } from "./once.js";

/** The folder of the page: every address is built from it. */
export const ROOT = new URL("./", import.meta.url);

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} op
 * @property {string[]} sources
 * @property {string} block
 * @property {number[]} shape
 * @property {number} kernel
 * @property {number} stride
 * @property {number} padding
 * @property {number} parameters
 * @property {string} [weights]
 * @property {string} [norm]
 */

/**
 * @typedef {object} Model
 * @property {string} name its key in the catalogue
 * @property {"digit" | "garment"} subject
 * @property {"sketch" | "photo"} kind
 * @property {string[]} labels
 * @property {string} recipe "robust", "tutorial" or "mlp"
 * @property {string} network
 * @property {number} parameters
 * @property {string[]} datasets
 * @property {number} temperature
 * @property {number | null} rejection_threshold
 * @property {string} graph
 * @property {string} answer_graph
 * @property {string} weights
 * @property {string} weights_sha256
 * @property {Record<string, number[]>} outputs their shapes
 * @property {Layer[]} layers
 */

/**
 * @typedef {object} Catalogue
 * @property {Record<string, Model>} models
 * @property {Record<string, {graph: string, weights: string, weights_sha256: string,
 *   moments: number[], outputs: Record<string, number[]>}>} learning by the name of the model: what
 *   runs it as it was after so many steps of its training
 * @property {Record<string, {graph: string, side?: number, rule?: Record<string, any>}>} preprocessing
 *   side: the longer one, to which a picture is reduced before; rule: how look and network answer
 * @property {Record<string, {sha256: string, bytes: number, parity?: Record<string, number>}>} files
 * @property {Record<string, {title: string, authors: string, page: string, licence: string}>}
 *   datasets
 */

/** What models/catalogue.json holds. */
export const catalogue = once(async () => {
  const reply = await fetch(new URL("models/catalogue.json", ROOT));
  if (!reply.ok) throw new Error(`catalogue.json: ${reply.status}`);
  /** @type {Catalogue} */
  const found = await reply.json();
  for (const [name, model] of Object.entries(found.models)) model.name = name;
  return found;
});

/** The networks that a visitor may choose, those of the app first: plain ones only compare. */
export async function offered() {
  const { models } = await catalogue();
  return Object.values(models).filter((model) => model.recipe !== "mlp");
}
