// The way through a network: one button a stage, those of a block together.

import { make, one } from "../dom.js";
import { t } from "../words/words.js";
import { choices } from "./choices.js";
import { paintBars, paintMap, shapeOf, shortName, strikingMap } from "./stages.js";

/** @typedef {import("./arithmetic.js").Stage} Stage */

/**
 * @param {HTMLElement} road
 * @param {(index: number) => void} onChoose a stage
 */
export function createRoad(road, onChoose) {
  /** @type {HTMLElement[]} */
  let stops = [];

  function centre(/** @type {HTMLElement} */ { offsetLeft, offsetWidth }) {
    road.scrollLeft = offsetLeft - (road.clientWidth - offsetWidth) / 2;
  }

  return {
    /**
     * @param {Stage[]} stages
     * @param {number} at the chosen one
     * @param {boolean} centred or where the row stands already
     */
    lay(stages, at, centred) {
      const before = road.scrollLeft;
      road.replaceChildren(...groups(stages).map((group) => blockOf(group, stages)));
      stops = [.../** @type {NodeListOf<HTMLElement>} */ (road.querySelectorAll(".stop"))];
      const row = choices(road, stops, (index) => (onChoose(index), centre(stops[index])));
      row.mark(at);
      if (centred) centre(stops[at]);
      else road.scrollLeft = before;
    },
  };
}

/**
 * Stages in a row that belong to one block, together.
 * @param {Stage[]} stages
 * @returns {Stage[][]}
 */
function groups(stages) {
  /** @type {Stage[][]} */
  const found = [];
  for (const stage of stages) {
    const group = found.at(-1);
    if (stage.block && group?.[0].block === stage.block) group.push(stage);
    else found.push([stage]);
  }
  return found;
}

/** @param {Stage[]} stages of one block @param {Stage[]} all */
function blockOf(stages, all) {
  const { block } = stages[0];
  const group = make(`<div class="group ${block ? "block" : ""}"><p></p><div></div></div>`);
  if (block) {
    one(group, "p").textContent = t("inside.block", { number: block.replace("block", "") });
  }
  one(group, "div").append(...stages.map((stage) => stopOf(stage, all)));
  return group;
}

/** @param {Stage} stage @param {Stage[]} all */
function stopOf(stage, all) {
  const button = make(`<button class="stop"><span class="from"></span><span class="pile"><canvas></canvas></span>
    <span class="name"></span><span class="shape"></span></button>`);
  const canvas = one(button, "canvas", HTMLCanvasElement);
  // The picture shrinks as the maps do, and the pile grows with their number.
  const few = stage.vector && stage.values.length <= 10;
  const side = few ? 48 : 26 + 38 * Math.sqrt(Math.min(1, stage.height / 28));
  if (few) paintBars(canvas, stage, 96);
  else paintMap(canvas, stage, strikingMap(stage));
  canvas.style.width = `${side}px`;
  canvas.style.height = `${few ? side : (side * stage.height) / stage.width}px`;
  one(button, ".pile").dataset.deep = String(Math.min(3, Math.floor(Math.log2(stage.maps))));
  one(button, ".name").textContent = shortName(stage);
  one(button, ".shape").textContent = shapeOf(stage);
  one(button, ".from").textContent = fromElsewhere(stage, all);
  button.classList.toggle("aside", !follows(all[all.indexOf(stage) + 1], stage));
  button.dataset.stage = stage.name;
  return button;
}

/** Does a stage take what the other one gives? @param {Stage | undefined} stage @param {Stage} other */
const follows = (stage, other) => Boolean(stage?.sources.includes(other.name));

/**
 * What a stage takes that is not given by the one before it: blocks have a way round.
 * @param {Stage} stage
 * @param {Stage[]} all
 */
function fromElsewhere(stage, all) {
  const before = all[all.indexOf(stage) - 1];
  const others = all.filter((other) => other !== before && follows(stage, other)).map(shortName);
  if (!others.length) return "";
  return before && follows(stage, before) ? `+ ${others}` : `${others} →`;
}
