// The Inside tab: the picture's way through a network, one button a stage.

import { offered } from "../catalogue.js";
import { chosenFor } from "../chosen.js";
import { make, one, onShown } from "../dom.js";
import { keepTranslated } from "../words/words.js";
import { walkThrough } from "./network.js";
import { pictureBar } from "./picture.js";
import { recipeSwitch } from "./recipes.js";
import { createRoad } from "./road.js";
import { createStage } from "./stage.js";
import { dropWanted, isWanted, wantedOf } from "./wanted.js";

/** @typedef {import("../hosts/types.js").Host} Host */
/** @typedef {import("./arithmetic.js").Stage} Stage */
/** @typedef {import("./picture.js").Picture} Picture */

const PAGE = `
<div class="lab">
  <div class="road card" data-t-label="inside.road"></div>
  <section class="stage card"></section>
</div>`;

/** @param {HTMLElement} panel @param {Host} host */
export async function open(panel, host) {
  const models = await offered();
  const page = make(PAGE);
  const road = createRoad(one(page, ".road"), (index) => {
    at = index;
    if (network) stage.show(network, stages, at);
  });
  const stage = createStage(one(page, ".stage"));
  const { networks, mark } = recipeSwitch(() => again());
  /** @type {import("../catalogue.js").Model | undefined} */
  let network; // that the stages are of
  /** @type {Stage[]} */
  let stages = [];
  let at = 0; // the stage that is shown
  let round = 0;

  async function walk(/** @type {Picture} */ { subject, input }) {
    const mine = ++round;
    const wanted = wantedOf(subject);
    const usual = chosenFor(models, subject, "tutorial"); // the one that its readers know
    const chosen = models.find(({ name }) => name === wanted?.model) ?? usual;
    mark(chosen.recipe);
    const found = await walkThrough(host, chosen, input);
    if (mine !== round) return;
    const another = network !== chosen;
    [network, stages] = [chosen, found];
    if (another) at = Math.max(1, stages.findIndex(({ op }) => op === "conv"));
    dropWanted();
    if (wanted) at = stages.findIndex(({ name }) => name === wanted.stage);
    panel.dataset.model = network.name;
    road.lay(stages, at, another || wanted !== null);
    stage.show(network, stages, at, wanted?.map);
  }

  const again = await pictureBar(panel, page, networks, walk);
  onShown(page, () => {
    if (!network) return;
    if (isWanted() || chosenFor(models, network.subject, "tutorial") !== network) again();
  });
  keepTranslated(one(page, ".road"), () => {
    if (stages.length) road.lay(stages, at, false);
  });
  keepTranslated(one(page, ".stage"), stage.repeat);
}
