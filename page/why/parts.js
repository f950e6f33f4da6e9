// "Why this answer?": what each part of the picture speaks for, found by hiding it; and, where the
// network allows it, the logit as an exact sum over places.

import { drawInput } from "../answer/bars.js";
import { make, one } from "../dom.js";
import { choices } from "../labs/choices.js";
import { number } from "../labs/colours.js";
import { pointing } from "../labs/grid.js";
import { placeInWords } from "../labs/told.js";
import { labelName, percent, t } from "../words/words.js";
import { paintGrid } from "./heatmap.js";
import { CELLS, countsOf, pixelsOf, scoreOf } from "./occlusion.js";
import { splitOf } from "./split.js";

/** @typedef {import("./why.js").Asked} Asked */

const PARTS = `<div>
  <h2 data-t="parts.title"></h2>
  <p class="answered"></p>
  <div class="modes" data-t-label="parts.modes"></div>
  <div class="grids-two">
    <figure class="hiding"><h3 data-t="parts.hiding"></h3>
      <p class="small" data-t="parts.hiding.how"></p>
      <div class="frame" tabindex="0" role="application"><canvas></canvas><span class="cursor"></span></div>
      <p class="where"></p>
      <figcaption><canvas width="28" height="28" aria-hidden="true"></canvas>
        <span class="tells" role="status"></span></figcaption></figure>
    <figure class="exact"><h3 data-t="parts.exact"></h3>
      <p class="small how"></p>
      <div class="frame" tabindex="0" role="application"><canvas></canvas><span class="cursor"></span></div>
      <p class="where"></p>
      <figcaption><span class="tells" role="status"></span></figcaption>
      <p class="line sum"></p></figure>
  </div>
  <p class="small" data-t="parts.legend"></p>
</div>`;

/** @param {HTMLElement} section */
export function createParts(section) {
  section.append(...make(PARTS).children);
  const find = (/** @type {string} */ selector) => one(section, selector);
  const [hiding, exact] = [find(".hiding"), find(".exact")];
  /** @type {Asked} */ let asked;
  /** @type {number[][]} [label, the one it is held against or -1] */ let modes = [];
  let mode = 2;
  /** @type {Float64Array} */ let counts;
  /** @type {import("./split.js").Split | null} */ let split;

  const nameOf = (/** @type {number} */ label) => labelName(asked.model.labels[label]);
  const wordsOf = (/** @type {number[]} */ [label, other]) => ({ label: nameOf(label), other: other < 0 ? "" : nameOf(other) });
  const hidden = pointing(one(hiding, ".frame"), () => ({ rows: CELLS, columns: CELLS }), pointHidden);
  const place = pointing(one(exact, ".frame"), () => ({ rows: split?.height ?? 1, columns: split?.width ?? 1 }), pointExact);

  function pointHidden(/** @type {number} */ row, /** @type {number} */ column) {
    const { input, whole, cells, found } = asked;
    const cell = CELLS * row + column;
    const without = input.slice();
    for (const at of pixelsOf(cell, 1)) without[at] = 0;
    drawInput(one(hiding, "figcaption canvas", HTMLCanvasElement), without);
    const at = cells.indexOf(cell);
    const [label, other] = modes[mode];
    const logits = at < 0 ? whole : found;
    const index = Math.max(at, 0);
    const ten = [...logits.subarray(10 * index, 10 * index + 10)];
    hiding.dataset.pointed = String(counts[cell]);
    one(hiding, ".tells").textContent = t(other < 0 ? "parts.without" : "parts.without.apart", {
      ...wordsOf(modes[mode]),
      before: number(scoreOf(whole, 0, label, other), 2),
      after: number(scoreOf(logits, index, label, other), 2),
      answer: nameOf(ten.indexOf(Math.max(...ten))),
    });
  }

  function pointExact(/** @type {number} */ row, /** @type {number} */ column) {
    if (!split) return;
    const value = split.values[row * split.width + column];
    const words = { row: row + 1, column: column + 1, value: number(value, 3) };
    one(exact, ".tells").textContent = t("parts.place", words);
  }

  function showExact() {
    const [label, other] = modes[mode];
    split = splitOf(asked.stages, label, other);
    for (const selector of [".frame", ".where", "figcaption", ".sum"]) one(exact, selector).hidden = !split;
    find(".grids-two").classList.toggle("alone", !split);
    const how = one(exact, ".how");
    if (!split) return (how.textContent = t("parts.none"));
    const { values, height, width, sum, bias, result, maps, stage } = split;
    how.textContent = t("parts.exact.how", { stage: stage.replaceAll("_", "."), maps, h: height, w: width });
    paintGrid(one(exact, ".frame canvas", HTMLCanvasElement), values, asked.input);
    describe(exact, values);
    Object.assign(exact.dataset, { sum, bias, result, logit: scoreOf(asked.whole, 0, label, other) });
    one(exact, ".sum").textContent = t(other < 0 ? "parts.sum" : "parts.sum.apart", {
      ...wordsOf(modes[mode]),
      count: values.length,
      sum: number(sum, 3),
      bias: (bias < 0 ? "− " : "+ ") + number(Math.abs(bias), 3),
      result: number(result, 3),
    });
    place.moveTo(...placeOfMost(values, width));
  }

  /** What the colours say, in words. @param {HTMLElement} figure @param {Float64Array} values */
  function describe(figure, values) {
    const words = wordsOf(modes[mode]);
    const [most, least] = [values, values.map((value) => -value)].map((grid) => placeInWords(grid));
    const alone = modes[mode][1] < 0;
    const text = [
      most && t(alone ? "parts.where" : "parts.where.apart", { ...words, place: most }),
      least && t(alone ? "parts.against" : "parts.against.apart", { ...words, place: least }),
    ].filter(Boolean).join(" "); // prettier-ignore
    one(figure, ".where").textContent = text;
    one(figure, ".frame").ariaLabel = `${text} ${t("parts.keys")}`;
  }

  function show() {
    const [label, other] = modes[mode];
    counts = countsOf(asked.whole, asked.found, asked.cells, label, other);
    section.dataset.mode = String(mode);
    hiding.dataset.counts = [...counts].map((count) => count.toFixed(4)).join();
    paintGrid(one(hiding, ".frame canvas", HTMLCanvasElement), counts, asked.input);
    describe(hiding, counts);
    const told = [...section.querySelectorAll(".tells")];
    for (const node of told) node.ariaLive = "off"; // two maps at once say nothing
    hidden.moveTo(...placeOfMost(counts, CELLS));
    showExact();
    for (const node of told) node.ariaLive = "polite";
  }

  function layModes() {
    const { label, rival } = asked;
    modes = [[label, -1], [rival, -1], [label, rival]]; // prettier-ignore
    const buttons = modes.map((pair) => {
      const button = make(`<button class="tool wide"></button>`);
      button.textContent = t(pair[1] < 0 ? "parts.for" : "parts.rather", wordsOf(pair));
      return button;
    });
    find(".modes").replaceChildren(...buttons);
    choices(find(".modes"), buttons, (index) => ((mode = index), show())).mark(mode);
  }

  return {
    /** @param {Asked} given */
    show(given) {
      asked = given;
      const { label, rival, probabilities, rejected, model } = asked;
      const words = { label: nameOf(label), share: percent(probabilities[label]), other: nameOf(rival),
        next: percent(probabilities[rival]), no: t(`answer.no.${model.subject}`) }; // prettier-ignore
      find(".answered").textContent = t(rejected ? "parts.rejected" : "parts.answered", words);
      layModes();
      show();
    },
  };
}

/** [row, column] of the largest. @param {ArrayLike<number>} values @param {number} width @returns {[number, number]} */
function placeOfMost(values, width) {
  const at = Array.from(values).indexOf(Math.max(...Array.from(values)));
  return [Math.floor(at / width), at % width];
}
