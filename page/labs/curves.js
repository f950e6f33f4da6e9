// Curves over the steps of a training, as SVG in the colours of the page. Steps are many: each line to the
// right stands for ten times as many as the one before.

import { make, one } from "../dom.js";
import { t } from "../words/words.js";

const [WIDTH, HEIGHT] = [420, 230]; // units
const [LEFT, RIGHT, TOP, BOTTOM] = [46, 12, 12, 34];

/**
 * points: [step, value], in the order of the steps.
 * @typedef {{name: string, points: number[][]}} Series
 * @typedef {{low: number, high: number, ticks: number[], log: boolean, text: (value: number) => string}} Scale
 */

/** Shares of 0..1, in per cent. @type {Scale} */
export const SHARES = {
  low: 0, high: 1, ticks: [0, 0.25, 0.5, 0.75, 1], log: false,
  text: (value) => `${+(100 * value).toFixed(1)}\u00a0%`,
};

/** Losses in nats: each line is ten times the one below. @type {Scale} */
export const LOSSES = {
  low: 0.001, high: 10, ticks: [0.001, 0.01, 0.1, 1, 10], log: true,
  text: (value) => (value < 0.01 ? value.toPrecision(1) : String(+value.toPrecision(3))),
};

/** Losses that stay above a tenth, as they are. @type {Scale} */
export const NATS = {
  low: 0, high: 3, ticks: [0, 1, 2, 3], log: false, text: (value) => String(+value.toPrecision(3)),
};

/**
 * @param {string} caption
 * @param {Series[]} series at most three
 * @param {Scale} scale
 * @param {number | null} mark a step that a line stands at
 */
export function chartOf(caption, series, scale, mark) {
  const last = Math.max(...series.map(({ points }) => points.at(-1)?.[0] ?? 0));
  const x = (/** @type {number} */ step) =>
    LEFT + (Math.log10(step + 1) / Math.log10(last + 1)) * (WIDTH - LEFT - RIGHT);
  const y = (/** @type {number} */ value) =>
    TOP + (1 - shareOf(value, scale)) * (HEIGHT - TOP - BOTTOM);
  const inside = [
    ...scale.ticks.map((tick) => `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}"/>
      <text x="${LEFT - 6}" y="${y(tick)}" dy="0.35em" text-anchor="end">${scale.text(tick)}</text>`),
    ...stepsUpTo(last).map((step) => `<text x="${x(step)}" y="${HEIGHT - 16}" text-anchor="middle">${step.toLocaleString("en")}</text>`),
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 2}" text-anchor="end">${t("curves.steps")}</text>`,
    ...(mark === null ? [] : [`<line class="mark" x1="${x(mark)}" x2="${x(mark)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>`]),
    ...series.map(({ points }, i) => `<polyline class="series-${i}" points="${points
      .map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`)
      .join(" ")}"/>`),
    ...(mark === null ? [] : series.map(({ points }, i) => {
      const value = valueAt(points, mark);
      return `<circle class="series-${i}" cx="${x(mark)}" cy="${y(value)}" r="4"/>`;
    })),
  ];
  return figureOf(caption, series, scale, mark, inside.join(""));
}

/** @param {string} caption @param {Series[]} series @param {Scale} scale @param {number | null} mark @param {string} inside */
function figureOf(caption, series, scale, mark, inside) {
  const figure = make(`<figure class="curve"><figcaption></figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${inside}</svg><ul class="keys"></ul></figure>`);
  one(figure, "figcaption").textContent = caption;
  const told = series.map(({ name, points }) => {
    const value = mark === null ? (points.at(-1)?.[1] ?? 0) : valueAt(points, mark);
    return `${name} ${scale.text(value)}`;
  });
  const courses = series.map(({ name, points }, i) => courseOf(name, points, scale, mark === null ? "" : told[i]));
  one(figure, "svg", SVGElement).ariaLabel = `${caption}. ${courses.join(" ")}`;
  one(figure, ".keys").append(
    ...told.map((text, i) => {
      const key = make(`<li><span class="key series-${i}"></span><span></span></li>`);
      one(key, "span:last-child").textContent = text;
      return key;
    }),
  );
  return figure;
}

/**
 * A line in words: how it begins and ends and between what it runs.
 * @param {string} name
 * @param {number[][]} points
 * @param {Scale} scale
 * @param {string} now what it is where the mark stands
 */
function courseOf(name, points, scale, now) {
  const values = points.map(([, value]) => value);
  const ends = { first: values[0], last: values.at(-1) ?? 0, low: Math.min(...values), high: Math.max(...values) };
  const words = Object.entries(ends).map(([word, value]) => [word, scale.text(value)]);
  return t("curves.course", { name, ...Object.fromEntries(words) }) + (now && ` ${t("curves.now", { now })}`);
}

/** How far up a value lies, 0..1; beyond the scale at its end. @param {number} value @param {Scale} scale */
function shareOf(value, { low, high, log }) {
  const within = Math.max(low, Math.min(high, value));
  if (!log) return (within - low) / (high - low);
  return Math.log(within / low) / Math.log(high / low);
}

/** 0, 10, 100 … @param {number} last */
function stepsUpTo(last) {
  const steps = [0];
  for (let step = 10; step <= last; step *= 10) steps.push(step);
  return steps;
}

/** The value at a step, or at the nearest. @param {number[][]} points @param {number} step */
const valueAt = (points, step) =>
  points.reduce((best, point) =>
    Math.abs(point[0] - step) < Math.abs(best[0] - step) ? point : best,
  )[1];
