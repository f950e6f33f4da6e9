// The receptive field: which pixels of the picture a value of a stage depends on. Plain numbers.

import { placeOf, stageNamed } from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").Stage} Stage */
/** @typedef {{top: number, left: number, bottom: number, right: number}} Field last row and column included */

const WINDOWED = ["conv", "max", "average"];
const MIXING = ["linear", "softmax", "mirror"]; // takes all of what came before

/**
 * The field of a value, which may reach over the edge of the picture.
 * @param {Stage[]} stages what walk() returned
 * @param {Stage} stage
 * @param {number} index of the value
 * @returns {Field}
 */
export function fieldOf(stages, stage, index) {
  const [, row, column] = placeOf(stage, index);
  return back(stages, stage, index, { top: row, left: column, bottom: row, right: column });
}

/**
 * @param {Stage[]} stages
 * @param {Stage} stage
 * @param {number} index of the value; means nothing where the field is larger than one value
 * @param {Field} field in the stage's own rows and columns
 * @returns {Field}
 */
function back(stages, stage, index, field) {
  if (stage.op === "input") return field;
  const sources = stage.sources.map((name) => stageNamed(stages, name));
  if (MIXING.includes(stage.op)) return whole(stages[0]);
  if (stage.op === "flatten") return fieldOf(stages, sources[0], index);
  const before = WINDOWED.includes(stage.op) ? windowsOf(stage, field) : field;
  return sources.map((source) => back(stages, source, index, before)).reduce(around);
}

/** What the windows of all these values cover. @param {Stage} stage @param {Field} field @returns {Field} */
function windowsOf({ kernel, stride, padding }, { top, left, bottom, right }) {
  const first = (/** @type {number} */ at) => at * stride - padding;
  const last = (/** @type {number} */ at) => first(at) + kernel - 1;
  return { top: first(top), left: first(left), bottom: last(bottom), right: last(right) };
}

/** @param {Stage} picture @returns {Field} */
const whole = ({ height, width }) => ({ top: 0, left: 0, bottom: height - 1, right: width - 1 });

/** The least field that holds both. @param {Field} a @param {Field} b @returns {Field} */
const around = (a, b) => ({
  top: Math.min(a.top, b.top),
  left: Math.min(a.left, b.left),
  bottom: Math.max(a.bottom, b.bottom),
  right: Math.max(a.right, b.right),
});
