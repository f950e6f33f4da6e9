// Charts of what was measured, as SVG in the colours of the page. A tap, or the arrow keys, choose a
// place, and a sentence below says what it means.

import { make, one } from "../dom.js";
import { titleOf } from "../chosen.js";
import { labelName, t } from "../words/words.js";

/** @typedef {import("../catalogue.js").Model} Model */
/**
 * A place that can be chosen: where it is in the chart, and what it means.
 * @typedef {{x: number, y: number, text: string}} Spot
 */

const LEAST = 0.001; // a share below this is not worth a number
const PLOT = 260; // units of a plot's side

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const percent = (/** @type {number} */ share, digits = 1) => (100 * share).toFixed(digits).replace(/^100\.0+$/, "100");

/**
 * What each truth was taken for: rows are truths, columns answers, numbers per cent of the row.
 * @param {Model} model
 * @param {number[][]} counts [truth][answer]
 */
export function confusion(model, counts) {
  const { labels, subject } = model;
  const names = labels.map(labelName);
  // Garments have long names and few rare mistakes: whole per cent, and their names stand upright.
  const [side, left, above, digits] = subject === "digit" ? [30, 24, 24, 1] : [25, 96, 90, 0];
  const shares = counts.map((row) => row.map((n) => n / row.reduce((a, b) => a + b, 0)));
  const heads = names.map((text, i) => {
    const [x, y] = [left + (i + 0.5) * side, above - 8];
    const upright = subject === "digit" ? `text-anchor="middle"` : `transform="rotate(-90 ${x} ${y})" dy="0.35em"`;
    return `<text x="${x}" y="${y}" ${upright}>${escaped(text)}</text>`;
  });
  /** @type {Spot[]} */
  const spots = [];
  const rows = shares.map((row, i) => {
    const y = above + i * side;
    const head = `<text x="${left - 6}" y="${y + side / 2}" text-anchor="end" dy="0.35em">${escaped(names[i])}</text>`;
    const cells = row.map((share, j) => {
      const x = left + j * side;
      const words = { truth: names[i], answer: names[j], share: percent(share) };
      spots.push({ x: x + side / 2, y: y + side / 2, text: t(i === j ? "about.right" : "about.taken", words) });
      return cell(share, x, y, side, digits);
    });
    return head + cells.join("");
  });
  const [size, height] = [left + 10 * side + 4, above + 10 * side + 4];
  const title = titleOf(model);
  const caption = t("about.confusion", { model: title, ...worst(shares, names) });
  const rights = shares.map((row, i) => row[i]);
  const least = rights.indexOf(Math.min(...rights));
  const heard = t("about.least", { label: names[least], share: percent(rights[least]) });
  const inside = `${heads.join("")}${rows.join("")}`;
  const found = figure(inside, [size, height], [caption, heard], "confusion", model);
  pointed(found, spots, [10, side]);
  return found;
}

/** @param {number} share @param {number} x @param {number} y @param {number} side @param {number} digits */
function cell(share, x, y, side, digits) {
  const strength = Math.sqrt(share);
  const text = share < Math.max(LEAST, 0.5 * 10 ** (-2 - digits)) ? "" : percent(share, digits);
  return `<rect x="${x + 1}" y="${y + 1}" width="${side - 2}" height="${side - 2}" rx="3"
    style="--share: ${(100 * strength).toFixed(1)}%"/>
    <text class="${share > 0.3 ? "on" : ""}" x="${x + side / 2}" y="${y + side / 2}" dy="0.35em"
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
  return { truth: names[truth], answer: names[answer], share: percent(shares[truth][answer]) };
}

/**
 * How often the answer is right at each probability; honest ones lie on the diagonal.
 * @param {Model} model
 * @param {Record<string, number[][]>} parts "test" and "people": [probability, share right, count]
 */
export function reliability(model, parts) {
  const [left, above] = [38, 10];
  const x = (/** @type {number} */ share) => left + share * PLOT;
  const y = (/** @type {number} */ share) => above + (1 - share) * PLOT;
  const marks = [0, 0.25, 0.5, 0.75, 1].map((at) => `
    <line class="grid" x1="${x(0)}" x2="${x(1)}" y1="${y(at)}" y2="${y(at)}"/>
    <text x="${left - 6}" y="${y(at)}" dy="0.35em" text-anchor="end">${100 * at}</text>
    <text x="${x(at)}" y="${y(0) + 18}" text-anchor="middle">${100 * at}</text>`);
  /** @type {Spot[]} */
  const spots = [];
  const lines = Object.entries(parts).map(([part, bins]) => {
    const points = bins.map(([given, right]) => `${x(given).toFixed(1)},${y(right).toFixed(1)}`);
    const dots = bins.map(([given, right, n]) => {
      const words = { part: t(`about.part.${part}`), given: percent(given), right: percent(right), n };
      spots.push({ x: x(given), y: y(right), text: t("about.honest", words) });
      return `<circle cx="${x(given).toFixed(1)}" cy="${y(right).toFixed(1)}" r="4"/>`;
    });
    return `<g class="${part}"><polyline points="${points.join(" ")}"/>${dots.join("")}</g>`;
  });
  const keys = Object.keys(parts).map((part, i) => `<g class="${part}">
    <circle cx="${x(0.48)}" cy="${y(0.16 - 0.09 * i)}" r="4"/>
    <text x="${x(0.52)}" y="${y(0.16 - 0.09 * i)}" dy="0.35em">${escaped(t(`about.part.${part}`))}</text></g>`);
  const diagonal = `<line class="honest" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>`;
  const inside = `${marks.join("")}${diagonal}${lines.join("")}${keys.join("")}`;
  const caption = t("about.reliable", { model: titleOf(model) });
  const heard = Object.entries(parts).map(([part, bins]) =>
    t("about.gap", { part: t(`about.part.${part}`), gap: percent(gapOf(bins)) }),
  );
  const size = [left + PLOT + 16, above + PLOT + 28];
  const found = figure(inside, size, [caption, ...heard], "reliability", model);
  pointed(found, spots, [1, 10]);
  return found;
}

/** How far what is given lies from what is right, on average. @param {number[][]} bins as reliability() has them */
function gapOf(bins) {
  const all = bins.reduce((sum, [, , n]) => sum + n, 0);
  return bins.reduce((sum, [given, right, n]) => sum + n * Math.abs(given - right), 0) / all;
}

/**
 * @param {string} inside
 * @param {number[]} size width, height
 * @param {string[]} told the caption, and what only those need who hear the page
 * @param {string} kind
 * @param {Model} model
 */
function figure(inside, [width, height], told, kind, { name }) {
  const found = make(`<figure class="chart ${kind}"><svg viewBox="0 0 ${width} ${height}" role="application"
    tabindex="0">${inside}<circle class="chosen" r="0"/></svg>
    <figcaption></figcaption><p class="meaning" role="status"></p></figure>`);
  found.dataset.model = name;
  one(found, "svg", SVGElement).ariaLabel = [...told, t("about.keys")].join(" ");
  [one(found, "figcaption").textContent] = told;
  one(found, ".meaning").textContent = t("about.tap");
  return found;
}

/**
 * Lets a spot be chosen: the nearest to a tap, or by arrow keys.
 * @param {HTMLElement} found
 * @param {Spot[]} spots
 * @param {number[]} layout how many spots lie in a row, and the radius of the mark
 */
function pointed(found, spots, [columns, reach]) {
  const svg = one(found, "svg", SVGSVGElement);
  const mark = one(found, ".chosen", SVGElement);
  let at = -1;

  function choose(/** @type {number} */ next) {
    if (!spots[next]) return;
    at = next;
    const { x, y, text } = spots[at];
    for (const [name, value] of Object.entries({ cx: x, cy: y, r: columns > 1 ? reach / 2 : reach })) {
      mark.setAttribute(name, String(value));
    }
    one(found, ".meaning").textContent = text;
  }

  svg.addEventListener("pointerdown", ({ clientX, clientY }) => {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM()?.inverse());
    const apart = spots.map((spot) => Math.hypot(spot.x - x, spot.y - y));
    choose(apart.indexOf(Math.min(...apart)));
  });
  svg.addEventListener("keydown", (event) => {
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    if (!steps[event.key]) return;
    event.preventDefault();
    choose(at < 0 ? 0 : at + steps[event.key]);
  });
}
