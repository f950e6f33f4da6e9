// A stage as code: the line that makes it, the size of what it makes, what it has learnt, and which part
// of the picture one of its values depends on.

import { make, one } from "../dom.js";
import { t } from "../words/words.js";
import { codeOf, countOf, sizeOf } from "./code.js";
import { fieldOf } from "./field.js";
import { setCursor } from "./grid.js";
import { paintMap } from "./stages.js";

/** @typedef {import("./arithmetic.js").Stage} Stage */
/** @typedef {import("../catalogue.js").Model} Model */

const WRITTEN = `
<div class="written">
  <div class="lines"><code class="made"></code>
    <p><code class="size"></code> <span class="batch small"></span></p>
    <p class="count small"></p></div>
  <figure class="field"><div class="frame"><canvas role="img"></canvas><span class="cursor"></span></div>
    <figcaption></figcaption></figure>
</div>`;

// Sides of the field up to which it is one of these; beyond, it is nearly the whole.
const LINES = 6;
const PARTS = 14;

/** @param {HTMLElement} place which it takes */
export function createWritten(place) {
  const element = make(WRITTEN);
  place.replaceWith(element);
  const find = (/** @type {string} */ selector) => one(element, selector);
  /** @type {Stage[]} */ let stages;
  /** @type {Stage} */ let stage;

  return {
    /** @param {Model} model @param {Stage[]} walked @param {Stage} chosen */
    show(model, walked, chosen) {
      [stages, stage] = [walked, chosen];
      const layer = model.layers.find(({ name }) => name === stage.name);
      const sources = walked.filter(({ name }) => stage.sources.includes(name));
      find(".made").textContent = layer ? codeOf(stage, sources, layer) : "transforms.ToTensor()";
      find(".size").textContent = sizeOf(stage);
      find(".batch").textContent = t("code.batch");
      const count = layer ? countOf(stage, sources, layer) : "";
      const words = { count, n: number(layer?.parameters ?? 0), all: number(model.parameters) };
      find(".count").textContent = t(count ? "code.parameters" : "code.nothing", words);
      paintMap(one(element, ".field canvas", HTMLCanvasElement), stages[0], 0);
      find(".field").hidden = stage.op === "input";
    },

    /** Which part of the picture that value depends on. @param {number} index */
    point(index) {
      if (stage.op === "input") return;
      const { top, left, bottom, right } = fieldOf(stages, stage, index);
      const [{ height, width }] = stages;
      const [high, wide] = [bottom - top + 1, right - left + 1];
      // The frame stays on the picture; what reaches over its edge is padding.
      const [row, column] = [Math.max(0, top), Math.max(0, left)];
      const shown = { side: Math.min(height, bottom + 1) - row, wide: Math.min(width, right + 1) - column };
      setCursor(find(".field .cursor"), { row, column, ...shown }, { rows: height, columns: width });
      one(element, ".field canvas").ariaLabel = t("field.where", {
        top: row + 1,
        bottom: row + shown.side,
        left: column + 1,
        right: column + shown.wide,
      });
      const kind = high <= LINES ? "lines" : high <= PARTS ? "parts" : "whole";
      element.dataset.field = [top, left, bottom, right].join(" ");
      find(".field figcaption").textContent =
        `${t("field", { high: Math.min(high, height), wide: Math.min(wide, width) })} ${t(`field.${kind}`)}`;
    },
  };
}

const number = (/** @type {number} */ value) => value.toLocaleString("en");
