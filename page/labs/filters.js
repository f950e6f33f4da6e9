// The Filters tab: a kernel that the visitor chooses or types, then ReLU, then pooling, applied at once;
// and the same step by step, the kernel sliding.

import { all, make, one } from "../dom.js";
import { oneStop } from "../roving.js";
import { keepTranslated, t } from "../words/words.js";
import { conv2d } from "./code.js";
import { colourOf, greyOf, number, paint, untilNow } from "./colours.js";
import { convolve, outputShape, pool } from "./convolve.js";
import { greysOf, largeOf } from "./greys.js";
import { pointing, setCursor } from "./grid.js";
import { createEditor } from "./editor.js";
import { pictureBar } from "./picture.js";
import { createPlay } from "./play.js";
import { PRESETS } from "./presets.js";
import { sizeLines } from "./sizes.js";
import { loudest } from "./stages.js";
import { mapInWords } from "./told.js";

/** @typedef {import("./greys.js").Greys} Greys */
/** @typedef {import("./picture.js").Picture} Picture */

const NEGATIVE = -0.002; // below this there really is something below 0
const POOL = 2; // side of what is pooled

const numbers = (/** @type {number[]} */ list, /** @type {number} */ chosen) =>
  list.map((n) => `<option ${n === chosen ? "selected" : ""}>${n}</option>`).join("");

const PAGE = `
<div class="lab filters">
  <p class="lead" data-t="filters.lead"></p>
  <div class="presets" role="toolbar" data-t-label="filters.presets">${Object.keys(PRESETS)
    .map((name) => `<button class="tool wide" data-kernel="${name}" data-t="filters.${name}"></button>`)
    .join("")}</div>
  <section class="board card">
    <figure class="picture in"><div class="frame"><canvas role="img"></canvas><span class="cursor"></span></div>
      <figcaption></figcaption></figure>
    <div class="middle">
      <div class="kernel-here"></div>
      <div class="knobs">
        <label class="choice"><span data-t="filters.stride"></span>
          <select name="stride">${numbers([1, 2, 3, 4], 1)}</select></label>
        <label class="choice"><span data-t="filters.padding"></span>
          <select name="padding">${numbers([0, 1, 2, 3], 1)}</select></label>
        <label><span data-t="filters.relu"></span> <input type="checkbox" name="relu"></label>
        <label class="choice"><span data-t="filters.pool"></span>
          <select name="pool"><option value="" data-t="filters.pool.none"></option>
            <option value="max" data-t="filters.pool.max"></option>
            <option value="average" data-t="filters.pool.average"></option></select></label>
      </div>
      <p class="formula" role="status" aria-live="polite"></p>
      <code class="code"></code>
      <p class="small" data-t="filters.legend"></p>
    </div>
    <div class="outs">
      <figure class="picture out"><div class="frame" tabindex="0" role="application">
        <canvas></canvas><span class="cursor"></span></div><figcaption></figcaption></figure>
      <p class="at small" aria-live="polite"></p>
      <figure class="picture pooled" hidden><div class="frame"><canvas role="img"></canvas></div><figcaption></figcaption></figure>
    </div>
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
  const grid = createEditor(show);
  const presets = all(page, "[data-kernel]");
  const knob = (/** @type {string} */ name) => one(page, `[name=${name}]`, HTMLSelectElement).value;
  const steps = () => ({ padding: Number(knob("padding")), stride: Number(knob("stride")) });
  /** @type {Greys | null} */
  let grey = null;
  let out = convolve({ values: [], width: 0, height: 0 }, grid.kernel());
  let round = 0;

  const shape = () => ({ rows: out.height, columns: out.width });
  const cursor = pointing(one(page, ".out .frame"), shape, point);
  const play = createPlay({
    size: shape,
    onStep(row, column, playing) {
      paintOut(row * out.width + column + 1);
      one(page, ".at").ariaLive = playing ? "off" : "polite";
      cursor.moveTo(row, column);
    },
    onWhole: () => paintOut(),
  });
  one(page, ".kernel-here").replaceWith(grid.element);
  one(page, ".board").before(play.bar);

  function show() {
    if (!grey) return;
    out = convolve(grey, grid.kernel(), steps());
    if (one(page, "[name=relu]", HTMLInputElement).checked) {
      out.values = out.values.map((value) => Math.max(0, value));
    }
    showPicture("in", grey, greyOf);
    play.reset();
    paintOut();
    const at = loudest(out.values);
    cursor.moveTo(Math.floor(at / out.width) || 0, at % out.width || 0); // 0: nothing comes out
    one(page, ".formula").textContent = sizeLines(grey, grid.kernel(), steps(), knob("pool") ? POOL : 0);
    one(page, ".code").textContent = codeNow();
    for (const button of presets) button.ariaPressed = String(button.dataset.kernel === grid.preset());
  }

  /** The output, and what pooling makes of it. @param {number} [done] how many of its numbers there are yet */
  function paintOut(done = out.values.length) {
    const values = out.values.slice().fill(NaN, done);
    const colour = untilNow(colouring(out.values));
    showPicture("out", { ...out, values }, colour);
    const kind = knob("pool");
    one(page, ".pooled").hidden = !kind || !out.width;
    if (kind === "max" || kind === "average") {
      showPicture("pooled", pool({ ...out, values }, POOL, kind), colour);
    }
  }

  /**
   * @param {"in" | "out" | "pooled"} which
   * @param {Greys} picture
   * @param {(value: number) => number[]} colour
   */
  function showPicture(which, { values, width, height }, colour) {
    const frame = one(page, `.${which} .frame`);
    frame.style.aspectRatio = `${width || 1} / ${height || 1}`;
    paint(one(frame, "canvas", HTMLCanvasElement), values, width || 1, height || 1, colour);
    const caption = `${t(`filters.${which}`)} (1, ${height}, ${width})`;
    one(page, `.${which} figcaption`).textContent = caption;
    const told = `${caption}. ${mapInWords(values, width)}`;
    if (which === "out") frame.ariaLabel = `${told} ${t("filters.keys")}`;
    else one(frame, "canvas").ariaLabel = told;
  }

  /** Where the window lies whose products are the number there. */
  function point(/** @type {number} */ row, /** @type {number} */ column) {
    const at = one(page, ".at");
    const frame = one(page, ".in .cursor");
    frame.hidden = one(page, ".out .cursor").hidden = !out.width || !grey;
    if (!out.width || !grey) return void (at.textContent = t("filters.unfit"));
    const { padding, stride } = steps();
    const { rows, columns } = grid.kernel();
    const place = { row: row * stride - padding, column: column * stride - padding, side: rows, wide: columns };
    setCursor(frame, place, { rows: grey.height, columns: grey.width });
    const value = number(out.values[row * out.width + column], 4);
    at.textContent = t("filters.at", { row: row + 1, column: column + 1, count: rows * columns, value });
  }

  function codeNow() {
    const { rows, columns } = grid.kernel();
    const kind = knob("pool");
    const relu = one(page, "[name=relu]", HTMLInputElement).checked;
    return [
      conv2d(1, 1, [rows, columns], { ...steps(), bias: false }),
      relu ? "nn.ReLU()" : "",
      kind && `nn.${kind === "max" ? "Max" : "Avg"}Pool2d(${POOL})`,
    ].filter(Boolean).join("\n");
  }

  async function load(/** @type {Picture} */ picture) {
    const mine = ++round;
    const found = size.value === "small" ? greysOf(picture.input) : await largeOf(picture);
    if (mine !== round) return;
    grey = found;
    show();
  }

  oneStop(one(page, ".presets"));
  for (const button of presets) {
    button.addEventListener("click", () => (grid.choose(button.dataset.kernel ?? ""), show()));
  }
  for (const control of all(page, ".knobs :is(select, input)")) control.addEventListener("change", show);
  grid.start(3, 3, "edges");
  size.addEventListener("change", await pictureBar(panel, page, source, load));
  keepTranslated(page, () => (grid.translate(), play.translate(), show()));
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
