// The Inside tab: the picture's way through the network, one button a stage.

import { fillModels } from "../answer/answer.js";
import { keepTranslated, t } from "../shell.js";
import { choices, make } from "./choices.js";
import { pictureBar } from "./picture.js";
import { createStage } from "./stage.js";
import { paintBars, paintMap, readStage, shapeOf, shortName, strongest } from "./stages.js";

const PAGE = `
<div class="inside">
  <p class="complaint" role="alert"></p>
  <section class="road card" data-t-label="inside.road"></section>
  <section class="stage card"></section>
</div>`;

/** What Gradio hands to a gr.HTML; `server` holds walk, explain and examples of ui/closer.py. */
export async function start({ element, props, server }) {
  const page = make(PAGE);
  const holder = element.querySelector(".later");
  holder.append(page);
  const road = page.querySelector(".road");
  const choice = make(`<label class="choice"><span data-t="model"></span><select></select></label>`);
  const select = choice.querySelector("select");
  const model = fillModels(select, props.models, props.models[0].name);
  let picture = null;
  let walk = null;
  let at = 1; // the stage that is shown
  let round = 0;

  const stage = createStage(page.querySelector(".stage"), (stageName, place) =>
    server.explain({ input: picture.input, model: walk.model, stage: stageName, place }),
  );

  async function walkAgain() {
    const mine = ++round;
    road.ariaBusy = true;
    const reply = await server.walk({ input: picture.input, model: model().name });
    if (mine !== round) return;
    road.ariaBusy = false;
    page.querySelector(".complaint").textContent = reply ? (reply.refusal ?? "") : t("answer.late");
    if (!reply || reply.refusal) return;
    const another = walk?.model !== reply.model;
    walk = { ...reply, stages: reply.stages.map(readStage) };
    if (another) at = walk.stages.findIndex(({ kind }) => kind === "conv");
    layRoad(another);
    stage.show(walk, at);
  }

  function centre({ offsetLeft, offsetWidth }) {
    road.scrollLeft = offsetLeft - (road.clientWidth - offsetWidth) / 2;
  }

  function layRoad(another = false) {
    const before = road.scrollLeft;
    road.replaceChildren(...groups(walk.stages).map((group) => blockOf(group, walk.stages)));
    const buttons = [...road.querySelectorAll("button")];
    const row = choices(road, buttons, (index) => {
      at = index;
      stage.show(walk, at);
      centre(buttons[at]);
    });
    row.mark(at);
    if (another) centre(buttons[at]);
    else road.scrollLeft = before;
  }

  select.addEventListener("change", walkAgain);
  const controls = await pictureBar(holder, server, (shown) => {
    picture = shown;
    const fits = props.models.find(({ name }) => name === shown.model);
    if (fits && model().subject !== fits.subject) select.value = fits.name;
    else if (fits && shown.source !== "none" && !walk) select.value = fits.name;
    walkAgain();
  });
  controls.append(choice);
  keepTranslated(controls);
  keepTranslated(road, () => walk && layRoad());
}

/** Stages in a row that belong to one block, together. */
function groups(stages) {
  const found = [];
  for (const stage of stages) {
    const group = found.at(-1);
    if (stage.block && group?.[0].block === stage.block) group.push(stage);
    else found.push([stage]);
  }
  return found;
}

function blockOf(stages, all) {
  const { block } = stages[0];
  const name = block ? t("inside.block", { number: block.replace("block", "") }) : "";
  const group = make(`<div class="group ${block ? "block" : ""}"><p></p><div></div></div>`);
  group.querySelector("p").textContent = name;
  group.querySelector("div").append(...stages.map((stage) => stopOf(stage, all)));
  return group;
}

function stopOf(stage, all) {
  const button = make(`<button class="stop"><span class="from"></span><span class="pile"><canvas></canvas></span>
    <span class="name"></span><span class="shape"></span></button>`);
  const canvas = button.querySelector("canvas");
  // The picture shrinks as the maps do, and the pile grows with their number.
  const few = stage.vector && stage.values.length <= 10;
  const side = few ? 48 : 26 + 38 * Math.sqrt(Math.min(1, stage.height / 28));
  if (few) paintBars(canvas, stage, 96);
  else paintMap(canvas, stage, strongest(stage));
  canvas.style.width = `${side}px`;
  canvas.style.height = `${few ? side : (side * stage.height) / stage.width}px`;
  button.querySelector(".pile").dataset.deep = Math.min(3, Math.floor(Math.log2(stage.maps)));
  button.querySelector(".name").textContent = shortName(stage);
  button.querySelector(".shape").textContent = shapeOf(stage);
  button.querySelector(".from").textContent = fromElsewhere(stage, all);
  button.classList.toggle("aside", !follows(all[all.indexOf(stage) + 1], stage));
  button.dataset.stage = stage.name;
  return button;
}

/** Does a stage take what the other one gives? */
const follows = (stage, other) => Boolean(stage?.sources.includes(other.name));

/** What a stage takes that is not given by the one before it: blocks have a way round. */
function fromElsewhere(stage, all) {
  const before = all[all.indexOf(stage) - 1];
  const others = all.filter((other) => other !== before && follows(stage, other)).map(shortName);
  if (!others.length) return "";
  return follows(stage, before) ? `+ ${others}` : `${others} →`;
}
