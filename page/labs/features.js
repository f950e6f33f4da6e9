// A stage without maps: its features as bars, and what spoke for and against the chosen one.

import { make, one } from "../dom.js";
import { labelName, percent, t } from "../words/words.js";
import { arithmetic, stageNamed } from "./arithmetic.js";
import { choices } from "./choices.js";
import { colourOf, number, paint } from "./colours.js";
import { paintMap } from "./stages.js";
import { setBar } from "./sum.js";

/** @typedef {import("./arithmetic.js").Stage} Stage */
/** @typedef {import("./arithmetic.js").Arithmetic} Arithmetic */
/** @typedef {{i: number, part: Float32Array, sum: number}} Vote what one map, or feature, adds */

const MOST = 6; // rows for, and against

/** @param {HTMLElement} holder @param {(index: number) => void} onChoose a feature */
export function createFeatures(holder, onChoose) {
  /** @type {Stage[]} */ let stages;
  /** @type {Stage} */ let stage;
  /** @type {string[]} */ let labels;

  const labelled = () => stage.values.length === labels.length;
  const nameOf = (/** @type {number} */ index) =>
    labelled() ? labelName(labels[index]) : t("inside.feature", { feature: index + 1 });

  function barOf(/** @type {number} */ value, /** @type {number} */ index, /** @type {number} */ most) {
    const button = make(`<button class="feature"><span class="name"></span>
      <span class="track"><span></span></span><span class="value"></span></button>`);
    one(button, ".name").textContent = labelled() ? nameOf(index) : `${index + 1}`;
    one(button, ".value").textContent = stage.op === "softmax" ? percent(value) : number(value, 2);
    setBar(one(button, ".track span"), value, most);
    return button;
  }

  function choose(/** @type {number} */ index) {
    const how = arithmetic(stages, stage.name, index);
    holder.dataset.chosen = String(index);
    onChoose(index);
    const told = stage.op === "softmax" ? [softmaxLine(index, how)] : votes(index, how);
    one(holder, ".votes").replaceChildren(...told);
  }

  function softmaxLine(/** @type {number} */ index, /** @type {Arithmetic} */ how) {
    const line = make(`<p class="line"></p>`);
    line.textContent = t("sum.softmax", {
      label: nameOf(index),
      logit: number(how.inputs[index], 3),
      temperature: number(stage.learnt?.weight[0] ?? 1, 3),
      result: percent(how.result),
    });
    return line;
  }

  /** The maps that the features were before they were laid end to end; null where there are none. */
  function mapsBefore() {
    const before = (/** @type {Stage} */ later) => stageNamed(stages, later.sources[0]);
    let source = before(stage);
    if (source.op === "mirror") source = before(source);
    return source.op === "flatten" ? before(source) : null;
  }

  function votes(/** @type {number} */ index, /** @type {Arithmetic} */ how) {
    const maps = mapsBefore();
    const found = votesOf(how, maps?.maps ?? how.inputs.length);
    const ends = {
      for: found.filter(({ sum }) => sum > 0),
      against: found.filter(({ sum }) => sum < 0).reverse(),
    };
    const most = Math.max(...found.map(({ sum }) => Math.abs(sum)));
    const top = Math.max(...found.flatMap(({ part }) => [...part].map(Math.abs)));
    const columns = make(`<div class="two-columns"></div>`);
    for (const [word, list] of Object.entries(ends)) {
      const column = make(`<div class="${word}"><h3></h3><ol></ol></div>`);
      one(column, "h3").textContent = t(`votes.${word}`, { label: nameOf(index) });
      one(column, "ol").append(...list.slice(0, MOST).map((vote) => rowOf(vote, maps, most, top)));
      columns.append(column);
    }
    const total = (/** @type {Vote[]} */ list) => list.reduce((a, { sum }) => a + sum, 0);
    const line = make(`<p class="line"></p>`);
    line.textContent = t("votes.sum", {
      yes: number(total(ends.for), 3),
      no: number(-total(ends.against), 3),
      bias: (how.bias < 0 ? "− " : "+ ") + number(Math.abs(how.bias), 3),
      result: number(how.result, 3),
    });
    line.dataset.result = String(how.result);
    return [columns, line];
  }

  /**
   * @param {Vote} vote
   * @param {Stage | null} maps
   * @param {number} most the largest sum
   * @param {number} top the largest product
   */
  function rowOf({ i, part, sum }, maps, most, top) {
    const row = make(`<li><span class="pictures"></span><span class="name"></span>
      <span class="track"><span></span></span><span class="value"></span></li>`);
    if (maps) one(row, ".pictures").append(...picturesOf(i, part, maps, top));
    const words = { map: i + 1, feature: i + 1 };
    one(row, ".name").textContent = t(maps ? "inside.map" : "inside.feature", words);
    one(row, ".value").textContent = number(sum, 2);
    setBar(one(row, ".track span"), sum, most);
    return row;
  }

  /** @param {number} i @param {Float32Array} part @param {Stage} maps @param {number} top */
  function picturesOf(i, part, maps, top) {
    // A map that was averaged to one number is shown as it was before that.
    const seen = maps.op === "average" ? stageNamed(stages, maps.sources[0]) : maps;
    const [map, products] = [document.createElement("canvas"), document.createElement("canvas")];
    paintMap(map, seen, i);
    if (part.length < 2) return [map];
    paint(products, part, maps.width, maps.height, (value) => colourOf(value, top));
    return [map, products];
  }

  return {
    /** @param {Stage[]} all @param {Stage} chosen @param {string[]} names of the ten */
    show(all, chosen, names) {
      [stages, stage, labels] = [all, chosen, names];
      holder.dataset.long = String(!labelled());
      const most = Math.max(...[...stage.values].map(Math.abs));
      const buttons = [...stage.values].map((value, i) => barOf(value, i, most));
      const list = make(`<div class="list"></div>`);
      list.append(...buttons);
      list.ariaLabel = t("inside.features");
      holder.replaceChildren(list, make(`<div class="votes" aria-live="polite"></div>`));
      const best = stage.values.indexOf(Math.max(...stage.values));
      choices(list, buttons, choose).mark(best);
      choose(best);
    },
  };
}

/**
 * What each map, or each feature, adds to a value, the largest first.
 * @param {Arithmetic} how
 * @param {number} groups how many
 * @returns {Vote[]}
 */
function votesOf({ inputs, weights }, groups) {
  const products = inputs.map((value, i) => value * (weights?.[i] ?? 1));
  const size = products.length / groups;
  const found = Array.from({ length: groups }, (_, i) => {
    const part = products.subarray(i * size, (i + 1) * size);
    return { i, part, sum: part.reduce((a, b) => a + b, 0) };
  });
  return found.sort((a, b) => b.sum - a.sum);
}
