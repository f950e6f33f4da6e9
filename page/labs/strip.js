// Layers beside the pen: the strongest maps of every stage of the tutorial's network, as one draws.

import { keepAnswering } from "../answer/live.js";
import { offered } from "../catalogue.js";
import { make, one } from "../dom.js";
import { stagesOf } from "../hosts/glance.js";
import { oneStop } from "../roving.js";
import { keepTranslated, t } from "../words/words.js";
import { pixelsOfBytes } from "./colours.js";
import { lookInside } from "./wanted.js";

/** @typedef {import("../hosts/types.js").Glance} Glance */
/** @typedef {import("../hosts/types.js").Host} Host */
/** @typedef {import("../catalogue.js").Model} Model */

const GAP = 80; // ms between two questions: the answer to the pen goes first

const STRIP = `<div><h2 data-t="strip"></h2><div class="stages" role="toolbar" data-t-label="strip"></div><p class="lead" data-t="strip.lead"></p></div>`;

/** @param {HTMLElement} section @param {Host} host */
export async function createStrip(section, host) {
  const models = await offered();
  section.append(...make(STRIP).children);
  const stages = one(section, ".stages");
  /** @type {Model | undefined} */ let model;
  /** @type {Uint8Array | null} */ let input = null;
  /** @type {Glance[]} */ let glances = [];
  let visible = false;

  const ask = keepAnswering({
    near: true, // one question at a time, from wherever the answer comes
    gap: GAP,
    ask: async () => ({ of: model, found: model && input ? await host.glance(model.name, input) : [] }),
    show: ({ of, found }, current) => {
      if (of !== model || !input) return; // another network answers by now, or there is nothing to look at
      glances = found;
      draw();
      section.dataset.current = String(current);
    },
  });

  /** A row of maps for every stage. */
  function lay() {
    stages.replaceChildren(...(model ? stagesOf(model) : []).map(rowOf));
    draw();
  }

  function rowOf(/** @type {string} */ stage) {
    const row = make(`<div class="glance" data-stage="${stage}"><p></p><div class="maps"></div></div>`);
    one(row, "p").append(stage, make("<br>"), `(${model?.outputs[stage].join(", ")})`);
    return row;
  }

  function draw() {
    for (const { stage, maps, height, width, values } of glances) {
      const holder = stages.querySelector(`[data-stage="${stage}"] .maps`);
      if (!holder) continue;
      while (holder.children.length < maps.length) holder.append(buttonIn(stage, holder.children.length));
      maps.forEach((map, i) => {
        const button = /** @type {HTMLElement} */ (holder.children[i]);
        const some = values.subarray(i * height * width, (i + 1) * height * width);
        const canvas = one(button, "canvas", HTMLCanvasElement);
        if (canvas.width !== width) Object.assign(canvas, { width, height });
        const pixels = new Uint8ClampedArray(pixelsOfBytes(some).buffer);
        canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
        if (button.dataset.map === String(map)) return;
        button.dataset.map = String(map);
        button.ariaLabel = button.title = t("strip.map", { stage, map: map + 1 });
      });
    }
    section.dataset.glances = String(glances.length);
  }

  function buttonIn(/** @type {string} */ stage, /** @type {number} */ place) {
    const button = make(`<button class="map"><canvas></canvas></button>`);
    button.addEventListener("click", () => {
      const map = glances.find((glance) => glance.stage === stage)?.maps[place];
      if (!model || map === undefined) return;
      lookInside({ model: model.name, subject: model.subject, stage, map });
    });
    return button;
  }

  new IntersectionObserver(([entry]) => {
    visible = entry.isIntersecting;
    if (visible && input) ask();
  }).observe(section);
  await keepTranslated(section, lay);
  oneStop(stages);

  return {
    /** @param {Uint8Array | null} greys what the network sees @param {string} subject of the network that answers */
    look(greys, subject) {
      const fits = models.find((one) => one.subject === subject && one.recipe === "tutorial");
      input = greys;
      if (!input || fits !== model) glances = [];
      if (fits !== model) {
        model = fits;
        lay();
      } else if (!input) draw();
      section.dataset.current = String(!input); // false until what is shown is of these greys
      if (visible && input) ask();
    },
  };
}
