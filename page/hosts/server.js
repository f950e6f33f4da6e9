// The host that asks: the app answers, and every question is a request to it.

import { catalogue, ROOT } from "../catalogue.js";
import { offerEndpoints } from "./endpoints.js";
import { unpacked } from "./glance.js";
import { Refusal } from "./refusal.js";
import { parseSafetensors } from "./safetensors.js";

/** @typedef {import("./types.js").Host} Host */
/** @typedef {import("./types.js").Seen} Seen */

const PATIENCE = 15_000; // ms until a drawing counts as not answered
const LONG_PATIENCE = 120_000; // the same of all else: files are large and wait in a line

const version = document.querySelector("meta[name=sketch28-version]")?.getAttribute("content");

/** @type {Host} */
export const host = {
  name: "server",
  ready: Promise.resolve(),

  async sketch({ width, height, greys }, model) {
    const signal = AbortSignal.timeout(PATIENCE);
    const query = { model, width, height };
    return seenIn(await ask("sketch", query, { body: /** @type {BodyInit} */ (greys), signal }));
  },

  async photo(file, model, { whole, invert, show }) {
    const query = { model, whole: Number(whole), invert: Number(invert), show: Number(show) };
    return seenIn(await ask("photo", query, { body: file }));
  },

  async run(model, input, outputs, change = {}) {
    const asked = { model, input: toBase64(input), outputs, ...change };
    const reply = await ask("run", {}, {
      body: JSON.stringify(asked),
      headers: { "Content-Type": "application/json" },
    });
    const values = new Float32Array(await reply.arrayBuffer());
    const { models, learning } = await catalogue();
    const shapes = (change.moment === undefined ? models : learning)[model].outputs;
    const pictures = (change.moves ?? change.edits ?? [0]).length;
    /** @type {Record<string, Float32Array>} */
    const found = {};
    let from = 0;
    for (const name of outputs) {
      const count = shapes[name].reduce((product, side) => product * side, pictures);
      found[name] = values.subarray(from, (from += count));
    }
    return found;
  },

  async glance(model, input) {
    const reply = await ask("glance", { model }, { body: /** @type {BodyInit} */ (input) });
    return unpacked((await catalogue()).models[model], await reply.arrayBuffer());
  },

  async weights(model) {
    const { weights } = (await catalogue()).models[model];
    const reply = await fetch(new URL(`models/${weights}`, ROOT));
    if (!reply.ok) throw new Error(`${weights}: ${reply.status}`);
    return parseSafetensors(await reply.arrayBuffer());
  },

  facts: async () => (await ask("facts", {}, { method: "GET" })).json(),
};

/**
 * @param {string} what
 * @param {Record<string, string | number>} query
 * @param {RequestInit} options
 * @throws {Refusal} said by the app; anything else: nobody answered
 */
async function ask(what, query, options) {
  const address = new URL(`../ask/${what}`, ROOT);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, String(value));
  const signal = AbortSignal.timeout(LONG_PATIENCE);
  const reply = await fetch(address, { method: "POST", signal, ...options });
  const current = reply.headers.get("X-Sketch28-Version");
  if (version && current && current !== version) document.dispatchEvent(new Event("page:older"));
  if (reply.ok) return reply;
  const said = await reply.json().catch(() => ({})); // a proxy speaks for itself
  if (said.refusal) throw new Refusal(said.refusal.key, said.refusal.values);
  throw new Error(`${what}: ${reply.status}`);
}

/** @param {Response} reply @returns {Promise<Seen>} */
async function seenIn(reply) {
  const seen = await reply.json();
  for (const one of [seen, ...seen.digits]) one.input = fromBase64(one.input);
  if (seen.mask) seen.mask.greys = fromBase64(seen.mask.greys);
  return seen;
}

/** @param {string} text */
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** @param {Uint8Array} content of a picture: few bytes */
const toBase64 = (content) => btoa(String.fromCharCode(...content));

offerEndpoints();
