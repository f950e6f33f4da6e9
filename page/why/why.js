// The Why tab: why this answer, what would change it, what it lies near, and what if it is wrong.

import { decide } from "../answer/decide.js";
import { keepLast } from "../answer/last.js";
import { catalogue, fillModels, offered } from "../catalogue.js";
import { make, one } from "../dom.js";
import { walkThrough } from "../labs/network.js";
import { pictureBar } from "../labs/picture.js";
import { keepTranslated } from "../words/words.js";
import { createAmong } from "./among.js";
import { sharedHere, START } from "./link.js";
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
  const [models, { models: all }] = await Promise.all([offered(), catalogue()]);
  const came = await takeLink(host, all);
  const page = make(PAGE);
  const section = (/** @type {string} */ name) => one(page, `section.${name}`);
  const choice = make(`<label class="choice"><span data-t="model"></span><select></select></label>`);
  const select = one(choice, "select", HTMLSelectElement);
  const model = fillModels(select, models, models[0].name);
  const parts = createParts(section("parts"));
  const mind = createMind(section("mind"), host);
  const among = createAmong(section("among"), host);
  const wrong = createWrong(section("wrong"), host);
  /** @type {Picture | null} */ let shown = null;
  /** @type {Asked | null} */ let asked = null;
  let round = 0;

  async function ask(/** @type {Picture} */ picture) {
    const mine = ++round;
    const found = await answerOf(host, model(), picture.input);
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

  /** The network that answered is the one whose reasons are asked for. */
  function fit(/** @type {Picture} */ { model: name, subject, input }) {
    if (input === shown?.input) return; // else another is the visitor's own choice
    const fits = models.filter((one) => one.subject === subject);
    select.value = (models.find((one) => one.name === name) ?? fits[0]).name;
  }

  const again = await pictureBar(panel, page, choice, (picture) => (fit(picture), ask(picture)));
  if (came === "damaged") mind.damaged();
  select.addEventListener("change", again);
  addEventListener("hashchange", async () => {
    const came = await takeLink(host, all);
    if (came === "damaged") mind.damaged();
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
 * The picture of a shared link is the one that is looked at from now on.
 * @param {Host} host
 * @param {Record<string, Model>} models
 * @returns {Promise<"" | "damaged" | "taken">}
 */
async function takeLink(host, models) {
  if (!location.hash.startsWith(START)) return "";
  const shared = sharedHere();
  const model = models[shared?.model ?? ""];
  if (!shared || !model) return "damaged";
  const { input, changes } = shared;
  const outputs = await host.run(model.name, input, ["probabilities", "energy"]);
  const seen = { probabilities: [...outputs.probabilities], energy: outputs.energy[0] };
  const { label, rejected } = decide(model, { ...seen, blank: input.every((grey) => !grey) });
  const { subject, name } = model;
  const nowhere = { source: null, box: null, width: 0 };
  keepLast("link", { subject, model: name, label, rejected, input, changes, ...nowhere });
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
  const { rejected } = decide(model, { probabilities, energy: energy[0], blank: !cells.length });
  return { model, input, label: order[0], rival: order[1], rejected, probabilities, whole, cells, found, stages };
}
