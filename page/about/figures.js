// The table of measured figures.

import { make, one } from "../dom.js";
import { t } from "../words/words.js";

/** @typedef {import("../catalogue.js").Catalogue} Catalogue */
/** @typedef {import("../catalogue.js").Model} Model */
/** @typedef {import("../results.js").Results} Results */
/** @typedef {import("../results.js").Score} Score */
/**
 * @typedef {{model: Model, score: Score, file: Catalogue["files"][string] | undefined,
 *   moved: number | undefined}} Row
 */

const percent = (/** @type {number | undefined} */ value, /** @type {number} */ digits) =>
  value == null ? "–" : `${(100 * value).toFixed(digits)} %`;
const count = (/** @type {number | undefined} */ value) =>
  value == null ? "–" : value.toLocaleString("en");

/** @type {Record<string, (row: Row) => string>} */
const COLUMNS = {
  model: ({ model }) => model.name,
  parameters: ({ model }) => count(model.parameters),
  size: ({ file }) => (file ? `${Math.round(file.bytes / 1000)} kB` : "–"),
  test: ({ score }) => percent(score.test_accuracy, 2),
  people: ({ score }) => percent(score.people_accuracy, 1),
  resized: ({ score }) => percent(score.people_accuracy_resized, 1),
  moved: ({ moved }) => percent(moved, 1),
  parity: ({ file }) => file?.parity?.logits_relative?.toExponential(0) ?? "–",
  equal: ({ file }) =>
    file?.parity ? `${count(file.parity.equal)} / ${count(file.parity.compared)}` : "–",
};

/**
 * [the table], or nothing where nothing was measured.
 * @param {Catalogue} catalogue
 * @param {Results} results
 */
export function figuresTable({ models, files }, { scores = {}, shift = {} }) {
  const rows = Object.values(models)
    .filter(({ name }) => name in scores)
    .map((model) => ({
      model,
      score: scores[model.name],
      file: files[model.graph],
      moved: shift[model.name]?.share,
    }));
  if (!rows.length) return [];
  const table = make(`<table><thead><tr></tr></thead><tbody></tbody></table>`);
  for (const name of Object.keys(COLUMNS)) {
    const head = document.createElement("th");
    head.scope = "col";
    head.textContent = t(`about.${name}`);
    one(table, "thead tr").append(head);
  }
  const body = one(table, "tbody", HTMLTableSectionElement);
  for (const row of rows) {
    const line = body.insertRow();
    for (const cell of Object.values(COLUMNS)) line.insertCell().textContent = cell(row);
  }
  return [table];
}
