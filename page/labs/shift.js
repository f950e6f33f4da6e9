// The Shift lab: the picture moved by every (dx, dy); which networks still say the same?

import { catalogue } from "../catalogue.js";
import { make, one } from "../dom.js";
import { results } from "../results.js";
import { keepTranslated, labelName, translate } from "../words/words.js";
import { cellsOf, heatMap, waiting } from "./heat.js";
import { MOVES } from "./moves.js";
import { pictureBar } from "./picture.js";

/** @typedef {import("../hosts/types.js").Host} Host */
/** @typedef {import("../catalogue.js").Model} Model */
/** @typedef {import("./heat.js").Cell} Cell */
/** @typedef {import("./picture.js").Picture} Picture */

const PAGE = `
<div class="lab">
  <p class="lead" data-t="shift.lead"></p>
  <section class="shift-maps"></section>
  <div class="shift-legend"><p data-t="shift.legend"></p><p data-t="shift.lost"></p></div>
</div>`;

const ORDER = ["mlp", "tutorial", "robust"]; // the plain network first

/** @param {HTMLElement} panel @param {Host} host */
export async function open(panel, host) {
  const [{ models }, { shift }] = await Promise.all([catalogue(), results()]);
  const ordered = ORDER.flatMap((recipe) =>
    Object.values(models).filter((model) => model.recipe === recipe),
  );
  const page = make(PAGE);
  const choice = make(`<label class="choice"><span data-t="shift.truth"></span><select></select></label>`);
  const truth = one(choice, "select", HTMLSelectElement);
  /** @type {Picture} */ let picture;
  /** What each network says, by its name. @type {Record<string, Cell[]>} */
  let said = {};
  let round = 0;

  const networks = () => ordered.filter(({ subject }) => subject === picture.subject);

  async function ask(/** @type {Picture} */ looked, /** @type {() => void} */ stands) {
    const mine = ++round;
    [picture, said] = [looked, {}];
    listLabels(networks()[0].labels);
    show();
    stands(); // each map says itself that it is on its way
    for (const model of networks()) {
      const outputs = ["probabilities", "energy"];
      const found = await host.run(model.name, picture.input, outputs, { moves: MOVES });
      if (mine !== round) return;
      said[model.name] = cellsOf(model, picture.input, found);
      one(page, `[data-model="${model.name}"]`).replaceWith(mapOf(model));
    }
  }

  function listLabels(/** @type {string[]} */ labels) {
    truth.replaceChildren(...labels.map((label) => new Option(labelName(label), label)));
    truth.value = picture.label;
    const title = one(choice, "span"); // of a picture that is none of the ten no label is the truth
    title.dataset.t = picture.rejected ? "shift.asked" : "shift.truth";
    translate(choice);
  }

  function mapOf(/** @type {Model} */ model) {
    const [cells, average] = [said[model.name], shift?.[model.name]];
    if (!cells) return waiting(model, average);
    return heatMap(model, average, cells, truth.value, picture.input);
  }

  const show = () => one(page, ".shift-maps").replaceChildren(...networks().map(mapOf));

  await pictureBar(panel, page, choice, ask);
  truth.addEventListener("change", show);
  keepTranslated(page, () => {
    for (const option of truth.options) option.text = labelName(option.value);
    show();
  });
}
