// One network's heat map: what it says of the picture moved by every (dx, dy).

import { drawInput } from "../answer/bars.js";
import { decideOne } from "../answer/decide.js";
import { contextOf, make, one } from "../dom.js";
import { labelName, percent, t } from "../words/words.js";
import { colourOf, css } from "./colours.js";
import { pointing } from "./grid.js";
import { MOVES, REACH, SIDE, moved } from "./moves.js";

/** @typedef {import("../catalogue.js").Model} Model */
/** @typedef {import("../answer/decide.js").Decision} Decision */
/** @typedef {{share: number, pictures: number}} Average of many test pictures, as measured */
/** @typedef {{decision: Decision, probabilities: Float32Array}} Cell one move */

const MAP = `
<section class="shift-map card">
  <h2></h2><p class="what"></p>
  <p class="share"></p><p class="still"></p><p class="average"></p>
  <div class="frame" tabindex="0" role="application"><canvas></canvas><span class="cursor"></span></div>
  <div class="here"><canvas width="28" height="28" aria-hidden="true"></canvas><p role="status"></p></div>
</section>`;

const SCALE = 28; // canvas pixels a cell
const WRONG = ["#1d2a4d", "#8fa3d4"]; // a wrong answer's cell, and the dot on it
const CENTRE = MOVES.findIndex(([right, down]) => !right && !down);

/**
 * What a network decides at every move.
 * @param {Model} model
 * @param {Uint8Array} input
 * @param {Record<string, Float32Array>} outputs of a run with MOVES
 * @returns {Cell[]}
 */
export const cellsOf = (model, input, outputs) =>
  MOVES.map((move, i) => {
    const probabilities = outputs.probabilities.subarray(10 * i, 10 * i + 10);
    const blank = moved(input, move).every((grey) => !grey);
    const seen = { probabilities: [...probabilities], energy: outputs.energy[i], blank };
    return { decision: decideOne(model, seen), probabilities };
  });

/** The place of a heat map, its answer under way. @param {Model} model @param {Average} [average] */
export function waiting({ name, recipe }, average) {
  const section = make(MAP);
  const find = (/** @type {string} */ selector) => one(section, selector);
  section.dataset.model = name;
  section.ariaBusy = "true";
  find("h2").textContent = t(`shift.${recipe}`);
  find(".what").textContent = t(`shift.${recipe}.what`);
  find(".share").textContent = "…";
  if (average) {
    const mean = { share: (100 * average.share).toFixed(1), n: average.pictures };
    find(".average").textContent = t("shift.average", mean);
  }
  find(".frame").tabIndex = -1;
  return section;
}

/**
 * @param {Model} model
 * @param {Average | undefined} average
 * @param {Cell[]} cells
 * @param {string} truth the label that it should say
 * @param {Uint8Array} input the picture
 */
export function heatMap(model, average, cells, truth, input) {
  const section = waiting(model, average);
  const find = (/** @type {string} */ selector) => one(section, selector);
  const held = cells.filter(({ decision }) => decision.label === truth).length / cells.length;
  const frame = find(".frame");
  section.ariaBusy = "false";
  section.dataset.share = String(held);
  find(".share").textContent = t("shift.share", { share: (100 * held).toFixed(1) });
  find(".still").textContent = whatHeld(cells[CENTRE].decision, truth, model.subject);
  frame.tabIndex = 0;
  frame.ariaLabel = `${t("shift.map", { label: labelName(truth) })} ${reachOf(cells, truth)}`;
  const told = find(".here p");
  paintCells(one(frame, "canvas", HTMLCanvasElement), cells, truth, model.labels.indexOf(truth));

  const size = () => ({ rows: SIDE, columns: SIDE });
  const { moveTo } = pointing(frame, size, (row, column) => {
    const at = row * SIDE + column;
    told.textContent = cellText(MOVES[at], cells[at].decision, model.subject);
    drawInput(one(section, ".here canvas", HTMLCanvasElement), moved(input, MOVES[at]));
  });
  told.ariaLive = "off"; // three maps at once say nothing
  moveTo(REACH, REACH);
  told.ariaLive = "polite";
  return section;
}

/**
 * How far the picture can be moved straight on with the answer still right, in words; "" where it is
 * not right to begin with.
 * @param {Cell[]} cells
 * @param {string} truth
 */
function reachOf(cells, truth) {
  const right = (/** @type {number} */ at) => cells[at]?.decision.label === truth;
  if (!right(CENTRE)) return "";
  const far = (/** @type {number} */ step) => {
    let moves = 0;
    while (moves < REACH && right(CENTRE + (moves + 1) * step)) moves++;
    return moves;
  };
  return t("shift.reach", { left: far(-1), right: far(1), up: far(-SIDE), down: far(SIDE) });
}

/**
 * What the share is a share of. A network that never said it of the picture itself cannot say it
 * still.
 * @param {Decision} centre
 * @param {string} truth
 * @param {string} subject
 */
function whatHeld({ label, rejected }, truth, subject) {
  const values = { label: labelName(truth), other: labelName(label), no: t(`answer.no.${subject}`) };
  if (label !== truth) return t("shift.says", values);
  return t(rejected ? "shift.nearest" : "shift.still", values);
}

/** @param {number[]} move @param {Decision} decision @param {string} subject */
function cellText([right, down], { label, probability, rejected }, subject) {
  const sure = `${labelName(label)}, ${percent(probability)}`;
  const said = rejected
    ? `${t(`answer.no.${subject}`)}, ${t("answer.nearest", { label: sure })}`
    : sure;
  return t("shift.cell", { move: moveText(right, down), said });
}

/** @param {number} right @param {number} down */
function moveText(right, down) {
  if (!right && !down) return t("shift.middle");
  const words = [
    right && t(right < 0 ? "shift.left" : "shift.right", { n: Math.abs(right) }),
    down && t(down < 0 ? "shift.up" : "shift.down", { n: Math.abs(down) }),
  ];
  return words.filter(Boolean).join(", ");
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Cell[]} cells
 * @param {string} truth
 * @param {number} index of the truth among the labels
 */
function paintCells(canvas, cells, truth, index) {
  canvas.width = canvas.height = SIDE * SCALE;
  const context = contextOf(canvas);
  cells.forEach(({ decision, probabilities }, i) => {
    const [x, y] = [(i % SIDE) * SCALE, Math.floor(i / SIDE) * SCALE];
    const right = decision.label === truth;
    context.fillStyle = right ? css(colourOf(0.3 + 0.7 * probabilities[index], 1)) : WRONG[0];
    context.beginPath();
    context.roundRect(x + 1, y + 1, SCALE - 2, SCALE - 2, 4);
    context.fill();
    if (right) return;
    context.fillStyle = WRONG[1];
    context.beginPath();
    context.arc(x + SCALE / 2, y + SCALE / 2, 2.5, 0, 7);
    context.fill();
  });
}
