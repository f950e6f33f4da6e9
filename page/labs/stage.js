// One stage: why it has its shape, its maps as pictures, and the arithmetic of one value.

import { make, one } from "../dom.js";
import { t } from "../words/words.js";
import { arithmetic, placeOf, stageNamed } from "./arithmetic.js";
import { choices } from "./choices.js";
import { number } from "./colours.js";
import { createFeatures } from "./features.js";
import { pointing } from "./grid.js";
import { createPlay } from "./play.js";
import { mapOf, paintMap, paintValues, reasonOf, shapeOf, striking } from "./stages.js";
import { createSum } from "./sum.js";
import { mapInWords } from "./told.js";
import { createWritten } from "./written.js";

/** @typedef {import("./arithmetic.js").Stage} Stage */
/** @typedef {import("../catalogue.js").Model} Model */

const STAGE = `
<div>
  <h2><span class="name"></span> <span class="op"></span></h2>
  <p class="shapes"></p>
  <p class="why"></p>
  <div class="written"></div>
  <div class="play"></div>
  <div class="closer">
    <div class="maps" data-t-label="inside.maps"></div>
    <div class="focus">
      <p class="lead" data-t="inside.how"></p>
      <div class="pair">
        <div class="sources"></div>
        <span class="arrow" aria-hidden="true">→</span>
        <figure class="target">
          <div class="frame" tabindex="0" role="application"><canvas></canvas>
            <span class="cursor"></span></div>
          <figcaption></figcaption>
        </figure>
      </div>
      <div class="sum"></div>
      <p class="told only-heard" role="status" aria-live="polite"></p>
    </div>
  </div>
  <div class="features"></div>
</div>`;

/** @param {HTMLElement} section */
export function createStage(section) {
  section.append(...make(STAGE).children);
  const find = (/** @type {string} */ selector) => one(section, selector);
  const frame = find(".target .frame");
  /** @type {Model} */ let model;
  /** @type {Stage[]} */ let stages;
  /** @type {Stage} */ let stage;
  let map = 0;
  let place = [0, 0]; // row and column
  let asked = 0; // the next frame that computes

  const sum = createSum(find(".sum"), find(".sources"));
  const written = createWritten(find(".written"));
  const features = createFeatures(find(".features"), (index) => written.point(index));
  const size = () => ({ rows: stage.height, columns: stage.width });
  const sources = () => stage.sources.map((name) => stageNamed(stages, name));
  const index = () => (map * stage.height + place[0]) * stage.width + place[1];

  const cursor = pointing(frame, size, (row, column) => {
    place = [row, column];
    find(".target figcaption").textContent = caption();
    asked ||= requestAnimationFrame(explain); // a mouse moves more often than the screen shows
  });

  /** What the windows have made so far, computed one by one. */
  let made = new Float32Array();
  const play = createPlay({
    size,
    onStep(row, column, playing) {
      const first = map * made.length;
      const done = row * stage.width + column;
      for (let i = 0; i <= done; i++) {
        if (Number.isNaN(made[i])) made[i] = arithmetic(stages, stage.name, first + i).result;
      }
      paintValues(target(), stage, made);
      section.dataset.played = `${done + 1} ${apart(done + 1)}`;
      find(".told").ariaLive = playing ? "off" : "polite";
      cursor.moveTo(row, column);
    },
    onWhole: forget,
  });
  find(".play").replaceWith(play.bar);
  const target = () => one(section, ".target canvas", HTMLCanvasElement);

  /** The largest difference between what was made and what the network itself has there. */
  function apart(/** @type {number} */ count) {
    const own = mapOf(stage, map);
    return made.slice(0, count).reduce((most, value, i) => Math.max(most, Math.abs(value - own[i])), 0);
  }

  /** The map is shown as the network has it. */
  function forget() {
    made = new Float32Array(stage.height * stage.width).fill(NaN);
    paintMap(target(), stage, map);
  }

  function explain() {
    asked = 0;
    const how = stage.op === "input" ? null : arithmetic(stages, stage.name, index());
    written.point(index());
    sum.show(stage, index(), sources(), how);
    const at = stage.vector ? [index()] : [map, ...place];
    section.dataset.explained = [stage.name, ...at].join(" ");
    find(".told").textContent = `${caption()} = ${number(stage.values[index()], 4)}`;
  }

  function caption() {
    const [row, column] = place;
    const words = { map: map + 1, row: row + 1, column: column + 1, feature: index() + 1 };
    return t(stage.vector ? "inside.feature" : "inside.place", words);
  }

  const inWords = (/** @type {number} */ which) => mapInWords(mapOf(stage, which), stage.width);

  function showMap(/** @type {number} */ chosen) {
    map = chosen;
    frame.ariaLabel = `${t("inside.keys")} ${inWords(map)}`;
    play.reset();
    forget();
    sum.forget();
    cursor.moveTo(place[0], place[1]);
    cancelAnimationFrame(asked);
    explain(); // what is shown changes as one
  }

  function layMaps() {
    const buttons = Array.from({ length: stage.maps }, (_, i) => {
      const button = make(`<button class="map"><canvas></canvas></button>`);
      paintMap(one(button, "canvas", HTMLCanvasElement), stage, i);
      button.title = t("inside.map", { map: i + 1 });
      button.ariaLabel = `${button.title}: ${inWords(i)}`;
      return button;
    });
    const maps = find(".maps");
    maps.replaceChildren(...buttons);
    maps.hidden = stage.maps === 1;
    choices(maps, buttons, showMap).mark(map);
    // Only the list scrolls, never the page.
    maps.scrollTop = buttons[map].offsetTop - maps.offsetTop - maps.clientHeight / 3;
  }

  function show() {
    const [source] = sources();
    find("h2 .name").textContent = stage.name.replaceAll("_", ".");
    find("h2 .op").textContent = t(`op.${stage.op}`);
    find(".shapes").textContent = (source ? `${shapeOf(source)} → ` : "") + shapeOf(stage);
    find(".why").textContent = reasonOf(stage, source);
    section.dataset.stage = stage.name;
    const listed = stage.op === "linear" || stage.op === "softmax";
    written.show(model, stages, stage);
    play.bar.hidden = !["conv", "max", "average"].includes(stage.op);
    find(".closer").hidden = listed;
    find(".features").hidden = !listed;
    find(".sources").hidden = find(".pair .arrow").hidden = stage.op === "input";
    if (listed) return features.show(stages, stage, model.labels);
    frame.style.aspectRatio = `${stage.width} / ${stage.height}`;
    layMaps();
    showMap(map);
  }

  return {
    /** Says it anew, in another language. */
    repeat: () => stage && (play.translate(), show()),

    /**
     * Shows that stage, at its most striking value; another picture's at the place that is shown.
     * @param {Model} network
     * @param {Stage[]} walked
     * @param {number} at which of them
     * @param {number} [wanted] a map of it
     */
    show(network, walked, at, wanted) {
      const same = stage?.name === walked[at].name && model === network;
      [model, stages, stage] = [network, walked, walked[at]];
      if (wanted !== undefined || !same) [map, ...place] = placeOf(stage, striking(stage, wanted));
      show();
    },
  };
}
