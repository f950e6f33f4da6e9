// How large what comes out is, in words and numbers.

import { t } from "../words/words.js";
import { outputShape, outputSide } from "./convolve.js";

/** @typedef {import("./convolve.js").Plane} Plane */

const rounded = (/** @type {number} */ value) => Number(value.toFixed(2));

/**
 * The shapes, and below them how each side comes about; one line where both come about alike.
 * @param {Plane} picture
 * @param {{rows: number, columns: number}} kernel
 * @param {{padding: number, stride: number}} steps
 * @param {number} pool side of what is pooled then; 0: nothing is
 */
export function sizeLines(picture, kernel, steps, pool) {
  const { height, width } = outputShape(picture, kernel, steps);
  const sizes = [[picture.height, picture.width], [height, width]];
  if (pool) sizes.push([height, width].map((side) => Math.floor(side / pool)));
  const shapes = sizes.map((sides) => `(1, ${sides.join(", ")})`).join(" → ");
  const down = sideLines(picture.height, kernel.rows, steps, pool);
  const across = sideLines(picture.width, kernel.columns, steps, pool);
  if (down === across) return `${shapes}\n${down}`;
  return `${shapes}\n${t("filters.down", { formula: down })}\n${t("filters.across", { formula: across })}`;
}

/**
 * @param {number} before
 * @param {number} k
 * @param {{padding: number, stride: number}} steps
 * @param {number} pool
 */
function sideLines(before, k, { padding: p, stride: s }, pool) {
  const exact = (before + 2 * p - k) / s + 1;
  const after = Math.max(0, outputSide(before, k, p, s));
  const values = { before, p, s, k, exact: rounded(exact), after };
  const line = t(exact === after ? "filters.formula" : "filters.floor", values);
  if (!pool || !after) return line;
  const halved = { before: after, k: pool, exact: rounded(after / pool), after: Math.floor(after / pool) };
  const whole = after % pool === 0;
  return `${line}; ${t(whole ? "filters.pool.formula" : "filters.pool.floor", halved)}`;
}
