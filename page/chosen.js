// Which networks the visitor has chosen: the tutorial's or this app's. All tabs follow; until then
// each opens on its own.

import { onShown } from "./dom.js";
import { keepTranslated, t } from "./words/words.js";

/** @typedef {import("./catalogue.js").Model} Model */

let chosen = ""; // the recipe

/**
 * The network of that subject which is chosen.
 * @param {Model[]} models
 * @param {string} subject
 * @param {string} atFirst the recipe that a tab opens on
 */
export function chosenFor(models, subject, atFirst) {
  const fits = models.filter((model) => model.subject === subject);
  const wanted = chosen || atFirst;
  return fits.find(({ recipe }) => recipe === wanted) ?? fits[0] ?? models[0];
}

/** The visitor's choice, for all tabs. @param {string} recipe */
export function choose(recipe) {
  chosen = recipe;
}

/**
 * Fills a <select> with networks.
 * @param {HTMLSelectElement} select
 * @param {Model[]} models
 * @param {string} subject of the one to begin with
 * @param {() => void} onChange the visitor has chosen another, here or in another tab
 * @returns {{model: () => Model, show: (subject: string) => void}} model: the one chosen at any
 *   time. show: that subject's, without a word to onChange
 */
export function fillModels(select, models, subject, onChange) {
  /** @param {Model} model */
  const title = ({ subject, recipe }) =>
    t(`model.${subject}`) + (recipe === "tutorial" ? ` – ${t("model.tutorial")}` : "");
  const model = () => models[select.selectedIndex];
  const show = (/** @type {string} */ wanted) =>
    (select.value = chosenFor(models, wanted, "robust").name);

  select.replaceChildren(...models.map((model) => new Option("", model.name)));
  show(subject);
  select.addEventListener("change", () => (choose(model().recipe), onChange()));
  onShown(select, () => {
    const before = model();
    if (show(before.subject) !== before.name) onChange();
  });
  keepTranslated(select, () => {
    models.forEach((model, i) => (select.options[i].text = title(model)));
  });
  return { model, show };
}
