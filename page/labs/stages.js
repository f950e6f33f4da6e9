// How the stages of a picture's way are drawn and what is said of them.

import { contextOf } from "../dom.js";
import { t } from "../words/words.js";
import { colourOf, css, greyOf, paint, untilNow } from "./colours.js";

/** @typedef {import("./arithmetic.js").Stage} Stage */

/** @param {Stage} stage @param {number} index */
export const mapOf = ({ values, height, width }, index) =>
  values.subarray(index * height * width, (index + 1) * height * width);

/** The largest magnitude of each stage: it gets the brightest colour. @type {WeakMap<Stage, number>} */
const tops = new WeakMap();

/** @param {Stage} stage */
function topOf(stage) {
  const top = tops.get(stage) ?? Math.abs(stage.values[loudest(stage.values)]);
  tops.set(stage, top);
  return top;
}

/** The index of the largest magnitude. @param {Float32Array} values */
export function loudest(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (Math.abs(values[i]) > Math.abs(values[best])) best = i;
  }
  return best;
}

/** The most striking value, of the stage or of one of its maps: the one of largest magnitude. */
export function striking(/** @type {Stage} */ stage, /** @type {number | undefined} */ map = undefined) {
  if (map === undefined) return loudest(stage.values);
  return map * stage.height * stage.width + loudest(mapOf(stage, map));
}

/** The map that holds it. @param {Stage} stage */
export const strikingMap = (stage) =>
  Math.floor(striking(stage) / (stage.height * stage.width));

/** number -> RGB for the maps of a stage. @param {Stage} stage */
export function colouring(stage) {
  if (stage.op === "input") return greyOf;
  const top = topOf(stage);
  return (/** @type {number} */ value) => colourOf(value, top);
}

/** @param {HTMLCanvasElement} canvas @param {Stage} stage @param {number} index */
export const paintMap = (canvas, stage, index) => paintValues(canvas, stage, mapOf(stage, index));

/** Numbers in the place of a map's; NaN where there is none yet. */
export function paintValues(
  /** @type {HTMLCanvasElement} */ canvas,
  /** @type {Stage} */ stage,
  /** @type {Float32Array} */ values,
) {
  paint(canvas, values, stage.width, stage.height, untilNow(colouring(stage)));
}

/**
 * A few features as bars up and down from 0, on a canvas of that many pixels a side.
 * @param {HTMLCanvasElement} canvas
 * @param {Stage} stage
 * @param {number} side
 */
export function paintBars(canvas, stage, side) {
  const top = Math.max(0, ...stage.values);
  const scale = side / (top - Math.min(0, ...stage.values) || 1);
  const step = side / stage.values.length;
  canvas.width = canvas.height = side;
  const context = contextOf(canvas);
  context.fillStyle = css(colourOf(0, 1));
  context.fillRect(0, 0, side, side);
  stage.values.forEach((value, i) => {
    context.fillStyle = css(colourOf(Math.sign(value) * 0.7, 1));
    const y = value > 0 ? top - value : top;
    context.fillRect(i * step + 1, y * scale, step - 2, Math.max(1, Math.abs(value) * scale));
  });
}

/** "(32, 14, 14)", or "3136". @param {Stage} stage */
export const shapeOf = ({ shape }) => (shape.length > 1 ? `(${shape.join(", ")})` : `${shape[0]}`);

/** Its name without that of the block it belongs to. @param {Stage} stage */
export const shortName = ({ name, block }) =>
  (block ? name.slice(block.length + 1) : name).replaceAll("_", ".");

/**
 * Why the picture has this shape now, in a sentence or two.
 * @param {Stage} stage
 * @param {Stage} [source]
 */
export function reasonOf(stage, source) {
  const { weight, bias } = stage.learnt ?? {};
  const values = {
    maps: stage.maps,
    k: stage.kernel,
    p: stage.padding,
    s: stage.stride,
    after: stage.height,
    count: stage.shape[0],
    mean: bias?.[0]?.toFixed(4) ?? "",
    deviation: weight?.[0]?.toFixed(4) ?? "",
    temperature: weight?.[0]?.toFixed(4) ?? "",
    from: source?.maps ?? "",
    before: source?.height ?? "",
    all: source?.shape[0] ?? "",
    shape: source?.shape.join(" × ") ?? "",
  };
  return t(`why.${reasonKey(stage)}`, values);
}

/** @param {Stage} stage */
function reasonKey({ op, name, kernel, padding, sources }) {
  if (op === "conv") return kernel === 1 ? "conv1" : padding ? "conv.padded" : "conv.bare";
  if (op === "linear" && name !== "logits") return "hidden";
  if (op === "add" && sources[1].includes("shortcut")) return "add.shortcut";
  return op;
}
