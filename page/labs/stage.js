// One stage: why it has its shape, its maps as pictures, and the arithmetic of one value.

import { keepTranslated, t } from "../shell.js";
import { keepAnswering } from "../answer/live.js";
import { choices, make } from "./choices.js";
import { number } from "./colours.js";
import { createFeatures } from "./features.js";
import { mapOf, paintMap, reasonOf, shapeOf, strongest } from "./stages.js";
import { createSum } from "./sum.js";

const STAGE = `
<div>
  <h2><span class="name"></span> <span class="kind"></span></h2>
  <p class="shapes"></p>
  <p class="why"></p>
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

/**
 * @param {HTMLElement} section
 * @param {(stage: string, place: number[]) => Promise<object>} explain asks ui/closer.py
 */
export function createStage(section, explain) {
  section.append(...make(STAGE).children);
  const find = (selector) => section.querySelector(selector);
  const frame = find(".target .frame");
  let walk, stage;
  let map = 0;
  let row = 0;
  let column = 0;

  const sources = () => stage.sources.map((name) => walk.stages.find((s) => s.name === name));
  const place = () => (stage.vector ? [row * stage.width + column] : [map, row, column]);
  const valueHere = () => stage.values[(map * stage.height + row) * stage.width + column];

  const sum = createSum(find(".sum"), find(".sources"));
  const features = createFeatures(find(".features"), explain);
  const explainSoon = keepAnswering({
    async ask() {
      const asked = { stage, map, row, column };
      if (stage.kind === "input") return { asked, reply: null };
      const reply = await explain(stage.name, place());
      if (!reply) throw new Error("no answer");
      return { asked, reply };
    },
    show({ asked, reply }, current) {
      if (asked.stage !== stage || reply?.refusal) return;
      sum.show(asked, sources(), reply);
      if (current) section.dataset.explained = [stage.name, ...place()].join(" ");
      if (current) find(".told").textContent = `${caption()} = ${number(valueHere(), 4)}`;
    },
  });

  function caption() {
    const words = { map: map + 1, row: row + 1, column: column + 1, feature: place()[0] + 1 };
    return t(stage.vector ? "inside.feature" : "inside.place", words);
  }

  function moveTo(newRow, newColumn) {
    row = Math.max(0, Math.min(stage.height - 1, newRow));
    column = Math.max(0, Math.min(stage.width - 1, newColumn));
    const cursor = find(".target .cursor");
    cursor.style.inset = `${(100 * row) / stage.height}% auto auto ${(100 * column) / stage.width}%`;
    cursor.style.width = `${100 / stage.width}%`;
    cursor.style.height = `${100 / stage.height}%`;
    find(".target figcaption").textContent = caption();
    explainSoon();
  }

  function showMap(index) {
    map = index;
    paintMap(find(".target canvas"), stage, map);
    sum.forget();
    moveTo(row, column);
  }

  function layMaps() {
    const buttons = Array.from({ length: stage.maps }, (_, i) => {
      const button = make(`<button class="map"><canvas></canvas></button>`);
      paintMap(button.firstChild, stage, i);
      button.ariaLabel = button.title = t("inside.map", { map: i + 1 });
      return button;
    });
    const maps = find(".maps");
    maps.replaceChildren(...buttons);
    maps.hidden = stage.maps === 1;
    choices(maps, buttons, showMap).mark(map);
  }

  function show() {
    const [source] = sources();
    find("h2 .name").textContent = stage.name.replaceAll("_", ".");
    find("h2 .kind").textContent = t(`kind.${stage.kind}`);
    find(".shapes").textContent = (source ? `${shapeOf(source)} → ` : "") + shapeOf(stage);
    find(".why").textContent = reasonOf(stage, source);
    section.dataset.stage = stage.name;
    const listed = stage.kind === "linear" || stage.kind === "softmax";
    find(".closer").hidden = listed;
    find(".features").hidden = !listed;
    find(".sources").hidden = find(".pair .arrow").hidden = stage.kind === "input";
    if (listed) return features.show(walk, stage);
    frame.style.aspectRatio = `${stage.width} / ${stage.height}`;
    frame.ariaLabel = t("inside.keys");
    layMaps();
    showMap(map);
  }

  function fromPointer(event) {
    const box = frame.getBoundingClientRect();
    moveTo(
      Math.floor(((event.clientY - box.top) / box.height) * stage.height),
      Math.floor(((event.clientX - box.left) / box.width) * stage.width),
    );
  }
  frame.addEventListener("pointerdown", fromPointer);
  frame.addEventListener("pointermove", fromPointer);
  frame.addEventListener("keydown", (event) => {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const [down, right] = moves[event.key] ?? [];
    if (down === undefined) return;
    event.preventDefault();
    moveTo(row + down, column + right);
  });
  keepTranslated(section, () => stage && show());

  return {
    /** Shows that stage; its strongest map, and the brightest pixel of that. */
    show(newWalk, index) {
      const same = stage?.name === newWalk.stages[index].name && walk.model === newWalk.model;
      walk = newWalk;
      stage = walk.stages[index];
      if (!same) {
        map = strongest(stage);
        const values = mapOf(stage, map);
        const loudest = values.indexOf(Math.max(...values));
        row = Math.floor(loudest / stage.width);
        column = loudest % stage.width;
      }
      show();
    },
  };
}
