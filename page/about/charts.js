// Charts of what was measured, as SVG in the colours of the page.

import { make, one } from "../dom.js";
import { labelName, t } from "../words/words.js";

const CELL = 30; // units of a cell's side
const LEAST = 0.001; // a share below this is not worth a number
const PLOT = 260; // units of a plot's side

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/**
 * What each truth was taken for: rows are truths, columns answers, numbers per cent of the row.
 * @param {{name: string, labels: string[], subject: string}} model
 * @param {number[][]} counts [truth][answer]
 */
export function confusion({ name, labels, subject }, counts) {
  const names = labels.map(labelName);
  const left = subject === "digit" ? 24 : 92;
  const above = subject === "digit" ? 22 : 70;
  const shares = counts.map((row) => row.map((n) => n / row.reduce((a, b) => a + b, 0)));
  const heads = names.map((text, i) => {
    const x = left + (i + 0.5) * CELL;
    const turned = subject === "digit" ? "" : `transform="rotate(-40 ${x} ${above - 8})"`;
    const anchor = subject === "digit" ? "middle" : "start";
    return `<text x="${x}" y="${above - 8}" text-anchor="${anchor}" ${turned}>${escaped(text)}</text>`;
  });
  const rows = shares.map((row, i) => {
    const y = above + i * CELL;
    const head = `<text x="${left - 6}" y="${y + CELL / 2}" text-anchor="end" dy="0.35em">${escaped(names[i])}</text>`;
    return head + row.map((share, j) => cell(share, left + j * CELL, y)).join("");
  });
  const caption = t("about.confusion", { model: name, ...worst(shares, names) });
  const width = left + 10 * CELL + (subject === "digit" ? 4 : 40);
  return figure(`${heads.join("")}${rows.join("")}`, width, above + 10 * CELL + 4, caption, "confusion");
}

/** @param {number} share @param {number} x @param {number} y */
function cell(share, x, y) {
  const strength = Math.sqrt(share);
  const text = share < LEAST ? "" : (100 * share).toFixed(1).replace("100.0", "100");
  return `<rect x="${x + 1}" y="${y + 1}" width="${CELL - 2}" height="${CELL - 2}" rx="3"
    style="--share: ${(100 * strength).toFixed(1)}%"/>
    <text class="${share > 0.3 ? "on" : ""}" x="${x + CELL / 2}" y="${y + CELL / 2}" dy="0.35em"
      text-anchor="middle">${text}</text>`;
}

/** The commonest confusion. @param {number[][]} shares @param {string[]} names */
function worst(shares, names) {
  let [truth, answer] = [0, 1];
  shares.forEach((row, i) =>
    row.forEach((share, j) => {
      if (i !== j && share > shares[truth][answer]) [truth, answer] = [i, j];
    }),
  );
  const share = (100 * shares[truth][answer]).toFixed(1);
  return { truth: names[truth], answer: names[answer], share };
}

/**
 * How often the answer is right at each probability; honest ones lie on the diagonal.
 * @param {{name: string}} model
 * @param {Record<string, number[][]>} parts "test" and "people": [probability, share right, count]
 */
export function reliability({ name }, parts) {
  const [left, above] = [34, 10];
  const x = (/** @type {number} */ share) => left + share * PLOT;
  const y = (/** @type {number} */ share) => above + (1 - share) * PLOT;
  const marks = [0, 0.25, 0.5, 0.75, 1].map((at) => `
    <line class="grid" x1="${x(0)}" x2="${x(1)}" y1="${y(at)}" y2="${y(at)}"/>
    <text x="${left - 6}" y="${y(at)}" dy="0.35em" text-anchor="end">${100 * at}</text>
    <text x="${x(at)}" y="${y(0) + 16}" text-anchor="middle">${100 * at}</text>`);
  const lines = Object.entries(parts).map(([part, bins]) => {
    const points = bins.map(([given, right]) => `${x(given).toFixed(1)},${y(right).toFixed(1)}`);
    const dots = points.map((point) => {
      const [cx, cy] = point.split(",");
      return `<circle cx="${cx}" cy="${cy}" r="3.5"/>`;
    });
    return `<g class="${part}"><polyline points="${points.join(" ")}"/>${dots.join("")}</g>`;
  });
  const keys = Object.keys(parts).map((part, i) => `<g class="${part}">
    <circle cx="${x(0.55)}" cy="${y(0.16 - 0.08 * i)}" r="3.5"/>
    <text x="${x(0.58)}" y="${y(0.16 - 0.08 * i)}" dy="0.35em">${escaped(t(`about.part.${part}`))}</text></g>`);
  const diagonal = `<line class="honest" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>`;
  const inside = `${marks.join("")}${diagonal}${lines.join("")}${keys.join("")}`;
  return figure(inside, left + PLOT + 16, above + PLOT + 26, t("about.reliable", { model: name }), "reliability");
}

/**
 * @param {string} inside
 * @param {number} width
 * @param {number} height
 * @param {string} caption
 * @param {string} kind
 */
function figure(inside, width, height, caption, kind) {
  const found = make(`<figure class="chart ${kind}"><svg viewBox="0 0 ${width} ${height}" role="img">${inside}</svg>
    <figcaption></figcaption></figure>`);
  if (width > 360) found.dataset.wide = "";
  one(found, "svg", SVGElement).ariaLabel = caption;
  one(found, "figcaption").textContent = caption;
  return found;
}
