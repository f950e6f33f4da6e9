// The Inside tab: the picture's way through a network, one button a stage.

import { fillModels, offered } from "../catalogue.js";
import { make, one } from "../dom.js";
import { keepTranslated } from "../words/words.js";
import { walkThrough } from "./network.js";
import { pictureBar } from "./picture.js";
import { createRoad } from "./road.js";
import { createStage } from "./stage.js";

/** @typedef {import("../hosts/types.js").Host} Host */
/** @typedef {import("./arithmetic.js").Stage} Stage */
/** @typedef {import("./picture.js").Picture} Picture */

const PAGE = `
<div class="lab">
  <section class="road card" data-t-label="inside.road"></section>
  <section class="stage card"></section>
</div>`;

/** @param {HTMLElement} panel @param {Host} host */
export async function open(panel, host) {
  const models = await offered();
  const page = make(PAGE);
  const road = createRoad(one(page, ".road"), (index) => stage.show(model(), stages, (at = index)));
  const stage = createStage(one(page, ".stage"));
  const choice = make(`<label class="choice"><span data-t="model"></span><select></select></label>`);
  const select = one(choice, "select", HTMLSelectElement);
  const model = fillModels(select, models, models[0].name);
  /** @type {Stage[]} */
  let stages = [];
  let walked = ""; // the network of these stages
  let fitted = ""; // the subject that a network was chosen for
  let at = 0; // the stage that is shown
  let round = 0;

  async function walk(/** @type {Picture} */ picture) {
    const mine = ++round;
    const network = model();
    const found = await walkThrough(host, network, picture.input);
    if (mine !== round) return;
    stages = found;
    const another = walked !== network.name;
    if (another) at = Math.max(1, stages.findIndex(({ op }) => op === "conv"));
    walked = network.name;
    road.lay(stages, at, another);
    stage.show(network, stages, at);
  }

  /** The tutorial's network is the one that its reader knows. */
  function fit(/** @type {Picture} */ { subject }) {
    if (fitted === subject) return; // else another is the visitor's own choice
    fitted = subject;
    const fits = models.filter((one) => one.subject === subject);
    select.value = (fits.find(({ recipe }) => recipe === "tutorial") ?? fits[0] ?? models[0]).name;
  }

  const again = await pictureBar(panel, page, choice, (picture) => (fit(picture), walk(picture)));
  select.addEventListener("change", again);
  keepTranslated(one(page, ".road"), () => {
    if (stages.length) road.lay(stages, at, false);
  });
  keepTranslated(one(page, ".stage"), stage.repeat);
}
