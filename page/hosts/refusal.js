// Why there is no answer, as a key: the page says it in the visitor's language.

export const MOST_BYTES = 20 * 2 ** 20; // of a file that a host takes, as models/decode.py has it

export class Refusal extends Error {
  /**
   * @param {string} key the words stand under `refusal.<key>`
   * @param {Record<string, string | number>} [values] what fills their {places}
   */
  constructor(key, values = {}) {
    super(key);
    this.name = "Refusal";
    this.key = key;
    this.values = values;
  }
}
