// "When it is wrong": the visitor says what it is; what spoke against that, and what it would have
// looked like. Nothing is sent or kept.

import { drawInput } from "../answer/bars.js";
import { make, one } from "../dom.js";
import { choices } from "../labs/choices.js";
import { number } from "../labs/colours.js";
import { examples } from "../labs/examples.js";
import { placeInWords } from "../labs/told.js";
import { labelName, percent, t } from "../words/words.js";
import { NEAREST, tilesOf } from "./among.js";
import { crowd, FEATURES, NETWORK } from "./crowd.js";
import { paintGrid } from "./heatmap.js";
import { nearest } from "./nearest.js";
import { countsOf } from "./occlusion.js";

/** @typedef {import("../hosts/types.js").Host} Host */
/** @typedef {import("./why.js").Asked} Asked */

const WRONG = `<div>
  <h2 data-t="wrong.title"></h2>
  <p class="lead" data-t="wrong.lead"></p>
  <div class="modes" data-t-label="wrong.truth"></div>
  <div class="about-it" hidden>
    <p class="says" role="status"></p>
    <div class="table">
      <figure class="against"><h3></h3><canvas role="img"></canvas><p class="where"></p></figure>
      <div class="score"><h3></h3><div class="tiles" role="list"></div><p class="apart small"></p></div>
    </div>
  </div>
</div>`;

/** @param {HTMLElement} section @param {Host} host */
export function createWrong(section, host) {
  section.append(...make(WRONG).children);
  const find = (/** @type {string} */ selector) => one(section, selector);
  /** @type {Asked} */ let asked;
  let truth = -1;
  let round = 0;

  const nameOf = (/** @type {number} */ label) => labelName(asked.model.labels[label]);

  function lay() {
    const buttons = asked.model.labels.map((label) => {
      const button = make(`<button class="tool wide"></button>`);
      button.textContent = labelName(label);
      return button;
    });
    find(".modes").replaceChildren(...buttons);
    const row = choices(find(".modes"), buttons, (index) => ((truth = index), show()));
    row.mark(truth);
    if (truth < 0) buttons[0].tabIndex = 0; // none is chosen, all can be reached
  }

  function show() {
    find(".about-it").hidden = truth < 0;
    section.dataset.truth = truth < 0 ? "" : asked.model.labels[truth];
    if (truth < 0) return;
    const { label, whole, found, cells, input, probabilities } = asked;
    const right = truth === label;
    const [most, least] = right ? [label, asked.rival] : [label, truth];
    const words = { truth: nameOf(truth), label: nameOf(label), rival: nameOf(asked.rival),
      share: percent(probabilities[truth]), lacks: number(whole[most] - whole[least], 2) }; // prettier-ignore
    find(".says").textContent = t(right ? "wrong.right" : "wrong.says", words);
    const counts = countsOf(whole, found, cells, most, least);
    const canvas = one(section, ".against canvas", HTMLCanvasElement);
    paintGrid(canvas, counts, input);
    find(".against h3").textContent = t(right ? "wrong.for" : "wrong.against", words);
    const place = placeInWords(counts);
    const where = place && t(right ? "wrong.where.for" : "wrong.where", { ...words, place });
    find(".where").textContent = where;
    canvas.ariaLabel = `${find(".against h3").textContent}. ${where}`;
    find(".score h3").textContent = t("wrong.nearest", words);
    showNearest();
  }

  async function showNearest() {
    const mine = ++round;
    const { model, input, label } = asked;
    const tiles = find(".tiles");
    const apart = find(".apart");
    if (model.subject === "garment") {
      const ours = (await examples()).filter((one) => one.label === model.labels[truth]);
      tiles.replaceChildren(...ours.map(exampleTile));
      apart.textContent = t(ours.length ? "wrong.ours" : "wrong.noexample", { truth: nameOf(truth) });
      return;
    }
    tiles.replaceChildren();
    apart.textContent = t("answer.waiting");
    const [known, outputs] = await Promise.all([crowd(), host.run(NETWORK, input, [FEATURES])]).catch(() => []);
    if (mine !== round) return;
    if (!known || !outputs) return (apart.textContent = t("answer.late"));
    const near = nearest(known, outputs[FEATURES], NEAREST, truth);
    const [said] = nearest(known, outputs[FEATURES], 1, label);
    tiles.replaceChildren(...tilesOf(known.sheet, near));
    const words = { truth: nameOf(truth), label: nameOf(label), a: number(near[0].apart, 2), b: number(said.apart, 2) };
    apart.textContent = truth === label ? "" : t("wrong.apart", words);
  }

  return {
    /** @param {Asked} given @param {string | undefined} told what the visitor says it is, "" for nothing */
    show(given, told) {
      const before = truth < 0 ? "" : asked.model.labels[truth];
      asked = given;
      truth = asked.model.labels.indexOf(told ?? before);
      lay();
      show();
    },

    /** Says it anew, in another language. */
    repeat: () => asked && (lay(), show()),

    bring: () => section.scrollIntoView({ block: "start" }),
  };
}

/** @param {import("../labs/examples.js").Example} example */
function exampleTile({ input, label }) {
  const tile = make(`<div class="tile" role="listitem"><canvas width="28" height="28"></canvas><span></span></div>`);
  drawInput(one(tile, "canvas", HTMLCanvasElement), input);
  one(tile, "span").textContent = labelName(label);
  return tile;
}
