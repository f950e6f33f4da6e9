// Before the first stroke: a digit draws itself once, in grey, and is read. It is nobody's drawing:
// no stroke of the canvas, no answer to tell; the first touch takes it away.

import { contextOf, make } from "../dom.js";
import { drawStroke, inkOf } from "./strokes.js";

/** @typedef {import("../hosts/types.js").Ink} Ink */
/** @typedef {import("../hosts/types.js").Seen} Seen */

// A 3 of our own making: x, y in shares of the side.
const CORNERS = [
  [0.33, 0.3], [0.37, 0.22], [0.48, 0.17], [0.6, 0.2], [0.65, 0.3], [0.6, 0.41], [0.46, 0.47],
  [0.58, 0.49], [0.67, 0.59], [0.66, 0.71], [0.57, 0.8], [0.45, 0.82], [0.35, 0.77], [0.31, 0.7],
]; // prettier-ignore
const BETWEEN = 6; // points from one corner to the next
const LASTS = 1800; // ms
const READ_AT = [0.4, 0.6, 0.8, 1]; // shares of the way: a few questions, not one a frame

/**
 * @param {HTMLElement} sheet
 * @param {(ink: Ink) => Promise<Seen>} ask
 * @param {(seen: Seen, ink: Ink) => void} show
 * @returns {() => void} takes it away
 */
export function drawItself(sheet, ask, show) {
  const html = `<canvas class="example-stroke" aria-hidden="true"></canvas>`;
  const [canvas, copy] = [make(html), make(html)].map((made) => /** @type {HTMLCanvasElement} */ (made));
  const context = contextOf(canvas);
  const hidden = contextOf(copy, { willReadFrequently: true });
  const points = smooth(CORNERS);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let begun = 0;
  let read = 0; // how many of READ_AT
  let shown = 0;
  let frame = 0;

  async function readNow(/** @type {import("./strokes.js").Stroke} */ stroke) {
    const mine = (read += 1);
    const ink = inkOf(hidden, [stroke]);
    const seen = ink && (await ask(ink).catch(() => null)); // nothing hangs on it
    if (!ink || !seen || !canvas.isConnected || mine < shown) return;
    shown = mine;
    show(seen, ink);
  }

  function paint(/** @type {number} */ now) {
    begun ||= now;
    const share = still ? 1 : Math.min(1, (now - begun) / LASTS);
    const count = Math.max(1, Math.round((share * points.length) / 3));
    const stroke = { erase: false, width: 0.06, points: points.slice(0, 3 * count) };
    context.clearRect(0, 0, canvas.width, canvas.height);
    const colour = getComputedStyle(canvas).color;
    drawStroke(context, stroke, { left: 0, top: 0, scale: canvas.width }, colour);
    if (still) read = READ_AT.length - 1;
    if (share >= READ_AT[read]) readNow(stroke);
    if (share < 1) frame = requestAnimationFrame(paint);
  }

  canvas.width = canvas.height = Math.round(sheet.clientWidth * devicePixelRatio);
  sheet.append(canvas);
  frame = requestAnimationFrame(paint);
  return () => {
    cancelAnimationFrame(frame);
    canvas.remove();
  };
}

/**
 * A curve through these corners (Catmull and Rom 1974) as x, y, thickness, x, y, ...
 * @param {number[][]} corners
 */
export function smooth(corners) {
  const at = (/** @type {number} */ i) => corners[Math.max(0, Math.min(corners.length - 1, i))];
  const points = [];
  for (let i = 0; i + 1 < corners.length; i++) {
    const four = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let step = 0; step < BETWEEN; step++) {
      const u = step / BETWEEN;
      const [u2, u3] = [u ** 2, u ** 3];
      const shares = [-u + 2 * u2 - u3, 2 - 5 * u2 + 3 * u3, u + 4 * u2 - 3 * u3, u3 - u2];
      const [x, y] = [0, 1].map((axis) =>
        four.reduce((sum, corner, j) => sum + (shares[j] * corner[axis]) / 2, 0),
      );
      points.push(x, y, 1);
    }
  }
  const [x, y] = corners[corners.length - 1];
  return [...points, x, y, 1];
}
