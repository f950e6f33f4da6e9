// The Why tab: why this answer, what would change it, what it lies near, and what if it is wrong.

import { decideOne } from "../answer/decide.js";
import { keepLast } from "../answer/last.js";
import { offered } from "../catalogue.js";
import { choose, chosenFor } from "../chosen.js";
import { make, one, onShown } from "../dom.js";
import { walkThrough } from "../labs/network.js";
import { pictureBar } from "../labs/picture.js";
import { recipeSwitch } from "../labs/recipes.js";
import { keepTranslated } from "../words/words.js";
import { createAmong } from "./among.js";
import { linkedHere, START } from "./link.js";
import { createMind } from "./mind.js";
import { windowsOf } from "./occlusion.js";
import { createParts } from "./parts.js";
import { createWrong } from "./wrong.js";

/** @typedef {import("../hosts/types.js").Host} Host */
/** @typedef {import("../catalogue.js").Model} Model */
/** @typedef {import("../labs/picture.js").Picture} Picture */
/**
 * What was asked about a picture, and answered.
 * @typedef {object} Asked
 * @property {Model} model
 * @property {Uint8Array} input the 784 greys
 * @property {number} label index of the answer among the ten, by its logit
 * @property {number} rival of the runner-up
 * @property {boolean} rejected it is none of them
 * @property {number[]} probabilities
 * @property {Float32Array} whole the ten logits
 * @property {number[]} cells that were hidden in turn: see windowsOf()
 * @property {Float32Array} found ten logits for each of them
 * @property {import("../labs/arithmetic.js").Stage[]} stages all of the picture's way
 */

const PAGE = `
<div class="lab reasons">
  <section class="parts card"></section>
  <section class="mind card"></section>
  <section class="among card"></section>
  <section class="wrong card"></section>
</div>`;

/** @param {HTMLElement} panel @param {Host} host */
export async function open(panel, host) {
  const models = await offered();
  const came = await takeLink(host, models);
  const page = make(PAGE);
  const section = (/** @type {string} */ name) => one(page, `section.${name}`);
  const { networks, mark } = recipeSwitch(() => again());
  const parts = createParts(section("parts"));
  const mind = createMind(section("mind"), host);
  const among = createAmong(section("among"), host);
  const wrong = createWrong(section("wrong"), host);
  /** @type {Picture | null} */ let shown = null;
  /** @type {Asked | null} */ let asked = null;
  let round = 0;

  async function ask(/** @type {Picture} */ picture) {
    const mine = ++round;
    const model = chosenFor(models, picture.subject, "robust"); // the one that answered
    mark(model.recipe);
    const found = await answerOf(host, model, picture.input);
    if (mine !== round) return;
    const another = shown?.input !== picture.input || shown.truth !== picture.truth;
    [asked, shown] = [found, picture];
    parts.show(found);
    mind.show(found, picture.changes ?? []);
    among.show(found, picture);
    wrong.show(found, another ? (picture.truth ?? "") : undefined);
    if (!another) return;
    if (picture.truth) wrong.bring();
    if (picture.changes) mind.bring();
  }

  const again = await pictureBar(panel, page, networks, ask);
  onShown(page, () => {
    if (asked && chosenFor(models, asked.model.subject, "robust") !== asked.model) again();
  });
  if (came === "damaged") mind.failed("mind.damaged");
  addEventListener("hashchange", async () => {
    const came = await takeLink(host, models).catch(() => "late");
    if (came === "damaged") mind.failed("mind.damaged");
    else if (came === "late") mind.failed("answer.late");
    else if (came) document.dispatchEvent(new Event("page:tab"));
  });
  keepTranslated(page, () => {
    if (!asked) return;
    parts.show(asked);
    mind.repeat();
    among.repeat();
    wrong.repeat();
  });
}

/**
 * The picture of a link is the one that is looked at from now on.
 * @param {Host} host
 * @param {Model[]} models
 * @returns {Promise<"" | "damaged" | "taken">}
 */
async function takeLink(host, models) {
  if (!location.hash.startsWith(START)) return "";
  const linked = linkedHere();
  const model = models.find(({ name }) => name === linked?.model);
  if (!linked || !model) return "damaged";
  const { input, changes } = linked;
  const outputs = await host.run(model.name, input, ["probabilities", "energy"]);
  const seen = { probabilities: [...outputs.probabilities], energy: outputs.energy[0] };
  const { label, rejected } = decideOne(model, { ...seen, blank: input.every((grey) => !grey) });
  const nowhere = { source: null, box: null, width: 0 };
  keepLast("link", { subject: model.subject, label, rejected, input, changes, ...nowhere });
  choose(model.recipe);
  return "taken";
}

/**
 * @param {Host} host @param {Model} model @param {Uint8Array} input
 * @returns {Promise<Asked>}
 */
async function answerOf(host, model, input) {
  const { cells, edits } = windowsOf(input);
  const [stages, { logits: found }, { energy }] = await Promise.all([
    walkThrough(host, model, input),
    cells.length ? host.run(model.name, input, ["logits"], { edits }) : { logits: new Float32Array() },
    host.run(model.name, input, ["energy"]),
  ]);
  const valuesOf = (/** @type {string} */ name) => stages.find((stage) => stage.name === name)?.values ?? new Float32Array();
  const [whole, probabilities] = [valuesOf("logits"), [...valuesOf("probabilities")]];
  const order = [...whole.keys()].sort((a, b) => whole[b] - whole[a]);
  const { rejected } = decideOne(model, { probabilities, energy: energy[0], blank: !cells.length });
  return { model, input, label: order[0], rival: order[1], rejected, probabilities, whole, cells, found, stages };
}
