// The Filters tab: a kernel that the visitor chooses or edits, applied while they type.

import { keepTranslated, t } from "../shell.js";
import { make } from "./choices.js";
import { bytesOf, colourOf, greyOf, paint } from "./colours.js";
import { convolve } from "./convolve.js";
import { pictureBar } from "./picture.js";

const KERNELS = {
  sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  edges: [-1, -1, -1, -1, 8, -1, -1, -1, -1],
  blur: [0.0625, 0.125, 0.0625, 0.125, 0.25, 0.125, 0.0625, 0.125, 0.0625],
  emboss: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
  same: [0, 0, 0, 0, 1, 0, 0, 0, 0],
};
const LARGEST = 240; // pixels of the longer side of a large picture
const NEGATIVE = -0.002; // below this there really is something below 0

const PAGE = `
<div class="filters inside">
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

/** What Gradio hands to a gr.HTML; `server` holds examples of ui/closer.py. */
export async function start({ element, server }) {
  const holder = element.querySelector(".later");
  const page = make(PAGE);
  holder.append(page);
  const find = (selector) => page.querySelector(selector);
  const cells = [...page.querySelectorAll(".numbers-in input")];
  const presets = [...page.querySelectorAll("[data-kernel]")];
  const source = make(`<label class="choice"><span data-t="filters.source"></span><select>
    <option value="small" data-t="filters.small"></option>
    <option value="large" data-t="filters.large"></option></select></label>`);
  const size = source.querySelector("select");
  let picture = null; // as pictureBar() hands it over
  let grey = null; // {values, width, height}

  const kernel = () => cells.map((cell) => Number(cell.value) || 0);

  function setKernel(name) {
    cells.forEach((cell, i) => (cell.value = KERNELS[name][i]));
    show();
  }

  function show() {
    if (!grey) return;
    const padding = Number(find("[name=padding]").value);
    const stride = Number(find("[name=stride]").value);
    const out = convolve(grey, kernel(), { padding, stride });
    if (find("[name=relu]").checked) out.values = out.values.map((value) => Math.max(0, value));
    paint(find(".in canvas"), grey.values, grey.width, grey.height, greyOf);
    paint(find(".out canvas"), out.values, out.width, out.height, colouring(out.values));
    const before = { h: grey.height, w: grey.width };
    find(".in figcaption").textContent = `${t("filters.in")} (1, ${before.h}, ${before.w})`;
    find(".out figcaption").textContent = `${t("filters.out")} (1, ${out.height}, ${out.width})`;
    find(".formula").textContent = [
      t("filters.shape", { ...before, oh: out.height, ow: out.width }),
      t("filters.formula", { before: before.w, p: padding, s: stride, after: out.width }),
    ].join("\n");
    mark();
  }

  /** Which preset the numbers are, if any. */
  function mark() {
    const numbers = kernel().join();
    for (const button of presets) {
      button.setAttribute("aria-pressed", KERNELS[button.dataset.kernel].join() === numbers);
    }
  }

  async function load() {
    const wanted = picture;
    const small = size.value === "small";
    const address = small ? null : addressOf(wanted);
    const found = address ? await fromAddress(address) : fromBytes(bytesOf(wanted.input));
    if (wanted !== picture || small !== (size.value === "small")) return;
    grey = found;
    show();
  }

  for (const button of presets) button.addEventListener("click", () => setKernel(button.dataset.kernel));
  for (const cell of cells) cell.addEventListener("input", show);
  for (const knob of page.querySelectorAll(".knobs select, .knobs input")) {
    knob.addEventListener("change", show);
  }
  size.addEventListener("change", load);
  const controls = await pictureBar(holder, server, (shown) => ((picture = shown), load()));
  controls.append(source);
  keepTranslated(controls);
  keepTranslated(page, () => {
    cells.forEach((cell, i) => {
      cell.ariaLabel = t("filters.cell", { row: Math.floor(i / 3) + 1, column: (i % 3) + 1 });
    });
    show();
  });
  setKernel("edges");
}

/** Greys where nothing is below 0, else amber above and blue below. */
function colouring(values) {
  let [low, top] = [0, 0];
  for (const value of values) {
    low = Math.min(low, value);
    top = Math.max(top, Math.abs(value));
  }
  return low >= NEGATIVE ? greyOf : (value) => colourOf(value, top);
}

const fromBytes = (bytes) => ({
  values: Float32Array.from(bytes, (byte) => byte / 255),
  width: 28,
  height: 28,
});

/** The picture before it became 28×28: the cut-out or the ink of an answer, or an example's file. */
function addressOf({ steps = [], address }) {
  const step = ["grey", "ink", "crop", "found"].map((name) => steps.find((s) => s.name === name));
  return step.find(Boolean)?.picture ?? (address && new URL(address, document.baseURI).href);
}

async function fromAddress(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const scale = Math.min(1, LARGEST / Math.max(image.width, image.height));
  const [width, height] = [image.width, image.height].map((side) => Math.max(3, Math.round(side * scale)));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const values = Float32Array.from({ length: width * height }, (_, i) =>
    (0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]) / 255,
  );
  return { values, width, height };
}
