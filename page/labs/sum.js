// The arithmetic of one value, on the real numbers: what went in, times the kernel, added up.

import { make, one } from "../dom.js";
import { t } from "../words/words.js";
import { placeOf } from "./arithmetic.js";
import { choices } from "./choices.js";
import { colourOf, number, paint } from "./colours.js";
import { setCursor } from "./grid.js";
import { gridOf, productsOf } from "./numbers.js";
import { colouring, mapOf, paintMap, shortName } from "./stages.js";
import { mapInWords } from "./told.js";

/** @typedef {import("./arithmetic.js").Stage} Stage */
/** @typedef {import("./arithmetic.js").Arithmetic} Arithmetic */

/**
 * @param {HTMLElement} holder gets the arithmetic
 * @param {HTMLElement} sources gets the maps that the value was made from
 */
export function createSum(holder, sources) {
  /** @type {Stage} */ let stage;
  /** @type {Stage[]} */ let from;
  /** @type {Arithmetic} */ let how;
  let index = 0; // of the value
  /** An input map that the visitor picked; else the one that adds most. @type {number | null} */
  let picked = null;

  /** What each input map adds to the value. */
  function parts() {
    const { inputs, weights, shape } = how;
    const [maps, k] = shape.length === 3 ? shape : [1, 1];
    const products = weights ? inputs.map((value, i) => value * weights[i]) : new Float32Array();
    const partOf = (/** @type {Float32Array} */ all, /** @type {number} */ map) =>
      all.subarray(map * k * k, (map + 1) * k * k);
    const sums = Array.from({ length: maps }, (_, map) => total(partOf(products, map)));
    return { maps, k, products, sums, partOf };
  }

  function show() {
    const found = parts();
    const [map] = placeOf(stage, index);
    const sizes = found.sums.map(Math.abs);
    const input = stage.op === "conv" ? (picked ?? sizes.indexOf(Math.max(...sizes))) : map;
    sources.replaceChildren(...from.map((source) => sourceOf(source, input, found.k)));
    const windowed = stage.op === "max" || stage.op === "average";
    const shown = stage.op === "conv" ? convolution(found, input) : windowed ? pooled(found.k) : plain();
    holder.replaceChildren(...shown, check());
    const list = /** @type {HTMLElement | null} */ (holder.querySelector(".kernels"));
    if (!list) return;
    const chosen = /** @type {HTMLElement} */ (list.children[input]);
    list.scrollTop = chosen.offsetTop - list.offsetTop - list.clientHeight / 3;
  }

  /** A map that the value was made from, its window framed. */
  function sourceOf(/** @type {Stage} */ source, /** @type {number} */ map, /** @type {number} */ k) {
    const [, row, column] = placeOf(stage, index);
    if (how.corner) return figureOf(source, map, how.corner, k);
    if (stage.op !== "flatten") return figureOf(source, map, [row, column], 1);
    const [before, ...place] = placeOf(source, index); // where the feature lay in the maps
    return figureOf(source, before, place, 1);
  }

  /** @param {ReturnType<typeof parts>} found @param {number} input */
  function convolution({ maps, k, products, sums, partOf }, input) {
    const weights = /** @type {Float32Array} */ (how.weights);
    const [patch, adds] = [partOf(how.inputs, input), partOf(products, input)];
    const row = productsOf(
      { title: t("sum.patch"), values: patch, colour: colouring(from[0]) },
      { title: t("sum.kernel"), values: partOf(weights, input), colour: tinted(weights) },
      { title: t("sum.products"), values: adds, colour: tinted(adds) },
      k,
    );
    const line = lineOf(t(maps > 1 ? "sum.conv" : "sum.conv.one", {
      sum: number(sums[input], 4),
      total: number(total(sums), 4),
      bias: signed(how.bias),
      result: number(how.result, 4),
      map: input + 1,
      maps,
    }));
    return maps > 1 ? [kernelsOf(sums, k, input), ...row, line] : [...row, line];
  }

  /** All kernels of this map, one for each input map, with what each adds to the value. */
  function kernelsOf(/** @type {number[]} */ sums, /** @type {number} */ k, /** @type {number} */ input) {
    const weights = /** @type {Float32Array} */ (how.weights);
    const colour = tinted(weights);
    const most = largest(sums);
    const group = make(`<div><p class="small"></p><div class="kernels"></div></div>`);
    const title = t("sum.kernels", { maps: sums.length });
    one(group, "p").textContent = title;
    const buttons = sums.map((sum, i) => {
      const button = make(`<button class="kernel"><canvas></canvas><span></span></button>`);
      const kernel = weights.subarray(i * k * k, (i + 1) * k * k);
      paint(one(button, "canvas", HTMLCanvasElement), kernel, k, k, colour);
      setBar(one(button, "span"), sum, most);
      button.title = button.ariaLabel = t("sum.adds", { map: i + 1, sum: number(sum, 4) });
      return button;
    });
    const list = one(group, ".kernels");
    list.append(...buttons);
    list.ariaLabel = title;
    choices(list, buttons, (chosen) => pick(chosen, list.scrollTop)).mark(input);
    return group;
  }

  /** @param {number} input @param {number} scrollTop of the list, which is built anew */
  function pick(input, scrollTop) {
    picked = input;
    show();
    const anew = one(holder, ".kernels");
    anew.scrollTop = scrollTop;
    /** @type {HTMLElement} */ (anew.children[input]).focus({ preventScroll: true });
  }

  /** A pooling: the largest of a window, or its mean. */
  function pooled(/** @type {number} */ k) {
    const { inputs } = how;
    const best = stage.op === "max" ? inputs.indexOf(Math.max(...inputs)) : -1;
    const row = make(`<div class="grids"></div>`);
    row.append(gridOf({ title: t("sum.patch"), values: inputs, colour: colouring(from[0]) }, k, best));
    return [row, lineOf(t(`sum.${stage.op}`, { result: number(how.result, 4), count: k * k }))];
  }

  function plain() {
    const [a, b = ""] = [...how.inputs].map((value) => number(value, 4));
    const { weight, bias } = stage.learnt ?? {};
    const [mean, deviation] = [bias, weight].map((values) => values?.[0]?.toFixed(4) ?? "");
    const values = { a, b, mean, deviation, result: number(how.result, 4) };
    return [lineOf(t(`sum.${stage.op}`, values))];
  }

  function check() {
    const equal = Math.abs(how.result - how.shown) < 1e-4 * Math.max(1, Math.abs(how.shown));
    const line = lineOf(`${equal ? "✓" : "≠"} ${t("sum.shown", { shown: number(how.shown, 4) })}`);
    line.classList.add("check");
    line.dataset.result = String(how.result);
    line.dataset.shown = String(how.shown);
    return line;
  }

  return {
    /** Another map: no input map is picked for it. */
    forget: () => (picked = null),

    /**
     * @param {Stage} asked
     * @param {number} at the value's index
     * @param {Stage[]} stages what it was made from
     * @param {Arithmetic | null} found null for the picture itself
     */
    show(asked, at, stages, found) {
      [stage, index, from] = [asked, at, stages];
      if (found) return ((how = found), show());
      holder.replaceChildren(lineOf(t("sum.input", { value: number(stage.values[index], 4) })));
      sources.replaceChildren();
    },
  };
}

const total = (/** @type {Iterable<number>} */ values) => [...values].reduce((a, b) => a + b, 0);
const largest = (/** @type {Iterable<number>} */ values) => Math.max(...[...values].map(Math.abs));
const signed = (/** @type {number} */ value) =>
  value < 0 ? `− ${number(-value, 4)}` : `+ ${number(value, 4)}`;

/** A bar as long as that value, among values of which the largest is `most`. */
export function setBar(/** @type {HTMLElement} */ bar, /** @type {number} */ value, /** @type {number} */ most) {
  bar.style.width = `${(100 * Math.abs(value)) / (most || 1)}%`;
  bar.className = value < 0 ? "below" : "above";
}

function tinted(/** @type {Float32Array} */ values) {
  const top = largest(values);
  return (/** @type {number} */ value) => colourOf(value, top);
}

function lineOf(/** @type {string} */ text) {
  const line = make(`<p class="line"></p>`);
  line.textContent = text;
  return line;
}

/**
 * A map with a frame around side × side of its pixels.
 * @param {Stage} stage
 * @param {number} map
 * @param {number[]} place [row, column] of the first
 * @param {number} side
 */
function figureOf(stage, map, [row, column], side) {
  const figure = make(`<figure><div class="frame"><canvas role="img"></canvas><span class="cursor"></span></div>
    <figcaption></figcaption></figure>`);
  const canvas = one(figure, "canvas", HTMLCanvasElement);
  paintMap(canvas, stage, map);
  canvas.ariaLabel = mapInWords(mapOf(stage, map), stage.width);
  one(figure, ".frame").style.aspectRatio = `${stage.width} / ${stage.height}`;
  const size = { rows: stage.height, columns: stage.width };
  setCursor(one(figure, ".cursor"), { row, column, side }, size);
  const words = { name: shortName(stage), map: map + 1 };
  one(figure, "figcaption").textContent = stage.maps > 1 ? t("sum.from", words) : words.name;
  return figure;
}
