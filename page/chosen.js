// Which networks the visitor has chosen: the tutorial's or this app's. All tabs follow; until then
// each opens on its own.

import { onShown } from "./dom.js";
import { keepTranslated, t } from "./words/words.js";

/** @typedef {import("./catalogue.js").Model} Model */

/** In place of a network's name: a look at the picture finds out which. */
export const AUTO = "auto";

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

/** What a network is called. @param {Model} model */
export const titleOf = ({ subject, recipe }) =>
  t(`model.${subject}`) + (recipe === "robust" ? "" : ` – ${t(`model.${recipe}`)}`);

/** The visitor's choice, for all tabs. @param {string} recipe */
export function choose(recipe) {
  chosen = recipe;
}

/**
 * Fills a <select> with networks, and with AUTO before them where there is such an option.
 * @param {HTMLSelectElement} select
 * @param {Model[]} models
 * @param {string} subject of the one to begin with
 * @param {() => void} onChange the visitor has chosen another, here or in another tab
 * @param {boolean} [auto] begin with AUTO
 * @returns {{model: () => Model, show: (subject: string) => void}} model: the one chosen at any
 *   time, with AUTO that of the first subject. show: that subject's, without a word to onChange
 */
export function fillModels(select, models, subject, onChange, auto = false) {
  const model = () =>
    models.find(({ name }) => name === select.value) ?? chosenFor(models, subject, "robust");
  const show = (/** @type {string} */ wanted) =>
    (select.value = chosenFor(models, wanted, "robust").name);

  select.replaceChildren(...models.map((model) => new Option("", model.name)));
  if (auto) select.prepend(new Option("", AUTO));
  if (auto) select.value = AUTO;
  else show(subject);
  select.addEventListener("change", () => {
    if (select.value !== AUTO) choose(model().recipe);
    onChange();
  });
  onShown(select, () => {
    if (select.value === AUTO) return;
    const before = model();
    if (show(before.subject) !== before.name) onChange();
  });
  keepTranslated(select, () => {
    const titles = [...(auto ? [t("model.auto")] : []), ...models.map(titleOf)];
    titles.forEach((text, i) => (select.options[i].text = text));
  });
  return { model, show };
}
