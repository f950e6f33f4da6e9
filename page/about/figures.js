// The measured figures: one of them at a time as bars, all of them as a table.

import { barOf, fill } from "../answer/bars.js";
import { titleOf } from "../chosen.js";
import { make, one } from "../dom.js";
import { choices } from "../labs/choices.js";
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
  value == null ? "–" : `${(100 * value).toFixed(digits)}\u00a0%`;
const count = (/** @type {number | undefined} */ value) =>
  value == null ? "–" : value.toLocaleString("en");

/** What is drawn as bars. @type {Record<string, (row: Row) => number | undefined>} */
const MEASURES = {
  test: ({ score }) => score.test_accuracy,
  people: ({ score }) => score.people_accuracy,
  resized: ({ score }) => score.people_accuracy_resized,
  moved: ({ moved }) => moved,
  parameters: ({ model }) => model.parameters,
};

/** @type {Record<string, (row: Row) => string>} */
const COLUMNS = {
  model: ({ model }) => titleOf(model),
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
 * @param {Catalogue} catalogue
 * @param {Results} results
 * @returns {Row[]} none where nothing was measured
 */
export const rowsOf = ({ models, files }, { scores = {}, shift = {} }) =>
  Object.values(models)
    .filter(({ name }) => name in scores)
    .map((model) => ({
      model,
      score: scores[model.name],
      file: files[model.graph],
      moved: shift[model.name]?.share,
    }));

let measure = 0; // that is drawn, of MEASURES

/** One measure as bars, which one to choose. @param {Row[]} rows */
export function figuresBars(rows) {
  const section = make(`<div class="measured"><div class="modes" data-t-label="about.results"></div>
    <p class="meaning"></p><div class="bars" role="list"></div></div>`);
  const names = Object.keys(MEASURES);
  const buttons = names.map((name) => {
    const button = make(`<button class="tool wide"></button>`);
    button.dataset.t = `about.${name}`;
    button.textContent = t(`about.${name}`);
    return button;
  });

  function show() {
    const name = names[measure];
    const values = rows.map((row) => MEASURES[name](row) ?? 0);
    const top = name === "parameters" ? Math.max(...values) : 1;
    one(section, ".meaning").textContent = t(`about.what.${name}`);
    const bars = rows.map((row, i) => {
      const bar = barOf("");
      one(bar, ".name").textContent = titleOf(row.model);
      fill(one(bar, ".track"), values[i] / top);
      one(bar, ".number").textContent = COLUMNS[name](row);
      bar.classList.toggle("best", row.model.recipe === "robust");
      bar.dataset.model = row.model.name;
      return bar;
    });
    one(section, ".bars").replaceChildren(...bars);
  }

  one(section, ".modes").append(...buttons);
  choices(one(section, ".modes"), buttons, (index) => ((measure = index), show())).mark(measure);
  show();
  return section;
}

/** All of them. @param {Row[]} rows */
export function figuresTable(rows) {
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
    line.dataset.model = row.model.name;
    for (const cell of Object.values(COLUMNS)) line.insertCell().textContent = cell(row);
  }
  return table;
}
