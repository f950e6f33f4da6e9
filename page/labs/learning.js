// How it learnt: a slider over the moments of a tutorial's training. What the network's first kernels were
// then, and what it said of the visitor's own picture.

import { barOf, fill } from "../answer/bars.js";
import { offered } from "../catalogue.js";
import { make, one } from "../dom.js";
import { keepTranslated, labelName, percent, t } from "../words/words.js";
import { chartOf, LOSSES, NATS, SHARES } from "./curves.js";
import { courseOf, few, lossOf, pointAt, sharesOf, thenAt } from "./moments.js";
import { kernelsOf } from "./network.js";
import { pictureBar } from "./picture.js";
import { tilesOf } from "./tiles.js";

/** @typedef {import("../hosts/types.js").Host} Host */
/** @typedef {import("../catalogue.js").Model} Model */
/** @typedef {import("./moments.js").Course} Course */
/** @typedef {import("./moments.js").Then} Then */
/** @typedef {import("./picture.js").Picture} Picture */

const PAGE = `
<div class="lab learning">
  <p class="lead" data-t="learning.lead"></p>
  <section class="card time">
    <label for="moment" data-t="learning.moment"></label>
    <input type="range" id="moment" min="0" step="1" value="0">
    <div class="ticks" aria-hidden="true"></div>
    <p class="when" role="status" aria-live="polite"></p>
  </section>
  <section class="card then">
    <div><h2 data-t="learning.kernels"></h2><p class="small what"></p><div class="tiles"></div></div>
    <div class="said"><h2 data-t="learning.said"></h2><div class="bars" role="list"></div>
      <p class="loss"></p><p class="small" data-t="learning.loss.what"></p></div>
  </section>
  <section class="card"><h2 data-t="learning.curves"></h2><p class="small" data-t="learning.curves.what"></p>
    <div class="courses"></div></section>
  <section class="card few"><h2 data-t="few"></h2><p class="lead"></p><div class="courses"></div></section>
</div>`;

/** @param {HTMLElement} panel @param {Host} host */
export async function open(panel, host) {
  const models = (await offered()).filter(({ recipe }) => recipe === "tutorial");
  const scarce = await few();
  const page = make(PAGE);
  const find = (/** @type {string} */ selector) => one(page, selector);
  const slider = one(page, "#moment", HTMLInputElement);
  const choice = make(`<label class="choice"><span data-t="shift.truth"></span><select></select></label>`);
  const truth = one(choice, "select", HTMLSelectElement);
  /** @type {Model} */ let model;
  /** @type {Course} */ let course;
  /** What the network was and said, moment by moment. @type {Then[]} */ let then = [];
  /** The picture as the first convolution takes it. @type {import("./convolve.js").Plane} */ let taken;
  let padding = 0; // of that convolution
  let round = 0;

  async function look(/** @type {Picture} */ { subject, label, input }) {
    const mine = ++round;
    const network = models.find((one) => one.subject === subject) ?? models[0];
    const history = await courseOf(network);
    const [found, learnt] = await Promise.all([
      thenAt(host, network, input, history.moments),
      kernelsOf(host, network),
    ]);
    if (mine !== round) return;
    [model, course, then] = [network, history, found];
    taken = planeOf(input, learnt.normalise);
    padding = network.layers.find(({ op }) => op === "conv")?.padding ?? 0;
    slider.max = String(course.moments.length - 1);
    truth.replaceChildren(...model.labels.map((text) => new Option(labelName(text), text)));
    truth.value = label;
    find(".ticks").replaceChildren(...course.moments.map(tickOf));
    show();
  }

  function tickOf(/** @type {number} */ moment) {
    const tick = document.createElement("span");
    tick.textContent = moment < 1000 ? String(moment) : `${+(moment / 1000).toFixed(moment < 10_000 ? 1 : 0)}k`;
    return tick;
  }

  function show() {
    const now = then[Number(slider.value)];
    const index = model.labels.indexOf(truth.value);
    Object.assign(page.dataset, { moment: now.moment, logits: [...now.logits].join(" ") });
    slider.setAttribute("aria-valuetext", t("learning.steps", { n: now.moment.toLocaleString("en") }));
    find(".when").textContent = whenOf(now.moment);
    find(".what").textContent = t(now.moment ? "learning.kernels.what" : "learning.kernels.random");
    find(".tiles").replaceChildren(...tilesOf(now, taken, padding));
    showAnswer(now.logits, index);
    showCurves(now.moment, index);
  }

  function whenOf(/** @type {number} */ moment) {
    const [, , seen, , test] = pointAt(course.curve, moment);
    const words = {
      n: moment.toLocaleString("en"),
      epochs: +(moment / course.steps_per_epoch).toFixed(2),
      pictures: (moment * course.batch_size).toLocaleString("en"),
      seen: (100 * seen).toFixed(1),
      test: (100 * test).toFixed(1),
    };
    const last = moment === course.moments.at(-1) ? ` ${t("learning.last")}` : "";
    return t(moment ? "learning.when" : "learning.before", words) + last;
  }

  function showAnswer(/** @type {Float32Array} */ logits, /** @type {number} */ index) {
    const shares = sharesOf(logits);
    const best = shares.indexOf(Math.max(...shares));
    const rows = shares.map((share, i) => {
      const row = barOf(model.labels[i]);
      row.classList.toggle("best", i === best);
      fill(one(row, ".track"), share);
      one(row, ".number").textContent = percent(share);
      return row;
    });
    find(".bars").replaceChildren(...rows);
    find(".said").dataset.subject = model.subject;
    const loss = lossOf(logits, index);
    const p = shares[index] < 0.0001 ? shares[index].toExponential(1) : shares[index].toFixed(4);
    const line = find(".loss");
    line.textContent = t("learning.loss", { label: labelName(truth.value), p, loss: loss.toFixed(4) });
    line.dataset.loss = String(loss);
  }

  function showCurves(/** @type {number} */ moment, /** @type {number} */ index) {
    const of = (/** @type {number} */ column) => course.curve.map((point) => [point[0], point[column]]);
    const [seen, test] = [t("learning.seen"), t("learning.test")];
    const own = then.map((one) => [one.moment, lossOf(one.logits, index)]);
    const losses = [
      { name: seen, points: of(1) },
      { name: test, points: of(3) },
      { name: t("learning.own"), points: own },
    ];
    const rights = [{ name: seen, points: of(2) }, { name: test, points: of(4) }];
    find(".card:not(.few) .courses").replaceChildren(
      chartOf(t("learning.losses"), losses, LOSSES, moment),
      chartOf(t("learning.rights"), rights, SHARES, moment),
    );
  }

  /** The same network on few pictures, with dropout and without. */
  function showFew() {
    const [withIt, without] = [scarce.with, scarce.without];
    const lines = (/** @type {number} */ column) => [
      { name: t("few.with"), points: withIt.map((point) => [point[0], point[column]]) },
      { name: t("few.without"), points: without.map((point) => [point[0], point[column]]) },
    ];
    find(".few .lead").textContent = t("few.what", {
      n: scarce.pictures,
      with: (100 * (withIt.at(-1)?.[4] ?? 0)).toFixed(1),
      without: (100 * (without.at(-1)?.[4] ?? 0)).toFixed(1),
    });
    find(".few .courses").replaceChildren(
      chartOf(t("few.losses"), lines(3), NATS, null),
      chartOf(t("few.rights"), lines(4), SHARES, null),
    );
  }

  await pictureBar(panel, page, choice, look);
  slider.addEventListener("input", show);
  truth.addEventListener("change", show);
  keepTranslated(page, () => {
    for (const option of truth.options) option.text = labelName(option.value);
    show();
    showFew();
  });
}

/**
 * @param {Uint8Array} input
 * @param {import("./kernels.js").Learnt | undefined} normalise what a network does with it first
 */
function planeOf(input, normalise) {
  const [mean, deviation] = [normalise?.bias[0] ?? 0, normalise?.weight[0] ?? 1];
  const values = Float32Array.from(input, (grey) => (grey / 255 - mean) / deviation);
  return { values, width: 28, height: 28 };
}
