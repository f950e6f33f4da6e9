// The Filters tab: a kernel that the visitor chooses or edits, applied while they type.

import { all, make, one } from "../dom.js";
import { keepTranslated, t } from "../words/words.js";
import { colourOf, greyOf, paint } from "./colours.js";
import { convolve, outputSide } from "./convolve.js";
import { greysOf, largeOf } from "./greys.js";
import { pictureBar } from "./picture.js";

/** @typedef {import("./greys.js").Greys} Greys */
/** @typedef {import("./picture.js").Picture} Picture */

/** @type {Record<string, number[]>} */
const KERNELS = {
  sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  edges: [-1, -1, -1, -1, 8, -1, -1, -1, -1],
  blur: [0.0625, 0.125, 0.0625, 0.125, 0.25, 0.125, 0.0625, 0.125, 0.0625],
  emboss: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
  same: [0, 0, 0, 0, 1, 0, 0, 0, 0],
};
const NEGATIVE = -0.002; // below this there really is something below 0

const PAGE = `
<div class="lab filters">
  <p class="lead" data-t="filters.lead"></p>
  <div class="presets">${Object.keys(KERNELS)
    .map((name) => `<button class="tool wide" data-kernel="${name}" data-t="filters.${name}"></button>`)
    .join("")}</div>
  <section class="board card">
    <figure class="picture in"><canvas></canvas><figcaption></figcaption></figure>
    <div class="middle">
      <div class="numbers-in" role="group" data-t-label="filters.kernel">
        ${'<input type="number" step="any" inputmode="text">'.repeat(9)}</div>
      <div class="knobs">
        <label class="choice"><span data-t="filters.stride"></span>
          <select name="stride"><option>1</option><option>2</option></select></label>
        <label class="choice"><span data-t="filters.padding"></span>
          <select name="padding"><option>0</option><option selected>1</option></select></label>
        <label><span data-t="filters.relu"></span> <input type="checkbox" name="relu"></label>
      </div>
      <p class="formula" role="status" aria-live="polite"></p>
      <p class="small" data-t="filters.legend"></p>
    </div>
    <figure class="picture out"><canvas></canvas><figcaption></figcaption></figure>
  </section>
</div>`;

const SIZE = `<label class="choice"><span data-t="filters.source"></span><select>
  <option value="small" data-t="filters.small"></option>
  <option value="large" data-t="filters.large"></option></select></label>`;

/** @param {HTMLElement} panel */
export async function open(panel) {
  const page = make(PAGE);
  const source = make(SIZE);
  const size = one(source, "select", HTMLSelectElement);
  const cells = /** @type {HTMLInputElement[]} */ (all(page, ".numbers-in input"));
  const presets = all(page, "[data-kernel]");
  const knob = (/** @type {string} */ name) =>
    Number(one(page, `[name=${name}]`, HTMLSelectElement).value);
  const kernel = () => cells.map((cell) => Number(cell.value) || 0);
  /** @type {Greys | null} */
  let grey = null;
  let round = 0;

  function setKernel(/** @type {string} */ name) {
    cells.forEach((cell, i) => (cell.value = String(KERNELS[name][i])));
    show();
  }

  function show() {
    if (!grey) return;
    const [padding, stride] = [knob("padding"), knob("stride")];
    const out = convolve(grey, kernel(), { padding, stride });
    if (one(page, "[name=relu]", HTMLInputElement).checked) {
      out.values = out.values.map((value) => Math.max(0, value));
    }
    showPicture("in", grey, greyOf);
    showPicture("out", out, colouring(out.values));
    const shape = { h: grey.height, w: grey.width, oh: out.height, ow: out.width };
    one(page, ".formula").textContent = `${t("filters.shape", shape)}\n${formula(grey.width, padding, stride)}`;
    mark();
  }

  /** @param {"in" | "out"} which @param {Greys} picture @param {(value: number) => number[]} colour */
  function showPicture(which, { values, width, height }, colour) {
    paint(one(page, `.${which} canvas`, HTMLCanvasElement), values, width, height, colour);
    one(page, `.${which} figcaption`).textContent = `${t(`filters.${which}`)} (1, ${height}, ${width})`;
  }

  /** Which preset the numbers are, if any. */
  function mark() {
    const numbers = kernel().join();
    for (const button of presets) {
      const preset = KERNELS[button.dataset.kernel ?? ""];
      button.ariaPressed = String(preset.join() === numbers);
    }
  }

  async function load(/** @type {Picture} */ picture) {
    const mine = ++round;
    const found = size.value === "small" ? greysOf(picture.input) : await largeOf(picture);
    if (mine !== round) return;
    grey = found;
    show();
  }

  for (const button of presets) {
    button.addEventListener("click", () => setKernel(button.dataset.kernel ?? ""));
  }
  for (const cell of cells) cell.addEventListener("input", show);
  for (const control of all(page, ".knobs :is(select, input)")) control.addEventListener("change", show);
  setKernel("edges");
  size.addEventListener("change", await pictureBar(panel, page, source, load));
  keepTranslated(page, () => {
    cells.forEach((cell, i) => {
      cell.ariaLabel = t("filters.cell", { row: Math.floor(i / 3) + 1, column: (i % 3) + 1 });
    });
    show();
  });
}

/** How the width comes about; where a stride does not fit, what is over is left out. */
function formula(/** @type {number} */ before, /** @type {number} */ padding, /** @type {number} */ stride) {
  const exact = (before + 2 * padding - 3) / stride + 1;
  const after = outputSide(before, 3, padding, stride);
  const values = { before, p: padding, s: stride, exact, after };
  return t(exact === after ? "filters.formula" : "filters.floor", values);
}

/** Greys where nothing is below 0, else amber above and blue below. */
function colouring(/** @type {Float32Array} */ values) {
  let [low, top] = [0, 0];
  for (const value of values) {
    low = Math.min(low, value);
    top = Math.max(top, Math.abs(value));
  }
  return low >= NEGATIVE ? greyOf : (/** @type {number} */ value) => colourOf(value, top);
}
