// The Upload tab: pictures of garments, or of digits on paper, one or many.

import { createAnswer } from "../answer/answer.js";
import { decide } from "../answer/decide.js";
import { offered, ROOT } from "../catalogue.js";
import { AUTO, fillModels } from "../chosen.js";
import { make, one } from "../dom.js";
import { Refusal } from "../hosts/refusal.js";
import { examples } from "../labs/examples.js";
import { oneStop } from "../roving.js";
import { keepTranslated, labelName, t } from "../words/words.js";
import { createBasis } from "./basis.js";
import { forget, imageOf, pictureOf, prepared, showPicture } from "./pictures.js";
import { createTable } from "./table.js";
import { startWays } from "./ways.js";

/** @typedef {import("./pictures.js").Picture} Picture */
/** @typedef {import("./pictures.js").Reply} Reply */

const MOST_PICTURES = 100;

const PAGE = `
<div class="two">
  <div class="left">
    <div class="drop card">
      <img class="preview" alt="" hidden>
      <p data-t="upload.drop"></p>
      <div class="ways">
        <button id="choose" class="tool wide" data-t="upload.choose"></button>
        <button id="paste" class="tool wide" data-t="upload.paste"></button>
        <button id="camera" class="tool wide" data-t="upload.camera"></button>
      </div>
      <div id="upload" class="only-heard"><input type="file" multiple tabindex="-1"
        accept="image/*,.heic,.heif,.avif" data-t-label="upload.choose"></div>
      <div class="camera" hidden>
        <video muted playsinline></video>
        <div class="ways">
          <button id="shoot" class="tool wide" data-t="upload.shoot"></button>
          <button id="camera-close" class="tool wide" data-t="upload.close"></button>
        </div>
      </div>
      <p class="complaint" role="alert"></p>
    </div>
    <div class="options">
      <label><input type="checkbox" id="whole"> <span data-t="upload.whole"></span></label>
      <label><input type="checkbox" id="invert"> <span data-t="upload.invert"></span></label>
    </div>
    <p class="lead" data-t="upload.examples"></p>
    <div class="examples" role="group" data-t-label="look.examples"></div>
  </div>
  <div class="right">
    <label class="choice" for="upload-model"><span data-t="model"></span>
      <select id="upload-model"></select></label>
    <section id="upload-answer" class="answer card" data-stroke="0" data-rejected="false"
      data-t-label="answer"></section>
    <section class="basis card" hidden></section>
  </div>
</div>
<progress value="0" max="1" hidden></progress>
<section class="seen card"></section>
<section class="all card" hidden>
  <div class="title"><h2 data-t="upload.table"></h2>
    <button class="csv tool wide" data-t="upload.csv"></button></div>
  <table>
    <thead><tr><th data-t="upload.picture"></th><th data-t="upload.seen"></th>
      <th data-t="upload.label"></th><th data-t="upload.probability"></th></tr></thead>
    <tbody></tbody>
  </table>
</section>`;

/** @type {import("../shell.js").Tab["open"]} */
export async function open(content, host) {
  const [models, samples] = await Promise.all([offered(), examples()]);
  content.innerHTML = PAGE;
  const panel = one(content, "#upload-answer");
  const select = one(content, "#upload-model", HTMLSelectElement);
  const [whole, invert] = ["#whole", "#invert"].map((id) => one(content, id, HTMLInputElement));
  const networks = fillModels(
    select, models, "garment", () => (use(), answerAll()), true,
  );
  const { model } = networks;
  const answer = createAnswer(panel, one(content, ".seen"), {
    empty: "answer.empty.upload",
    first: "answer.empty.upload.first",
    steps: ["found", "mask", "crop", "input"],
  });
  const basis = createBasis(one(content, ".basis"));
  use();
  const table = createTable(one(content, ".all"), (picture) => {
    show(picture);
    panel.scrollIntoView({ block: "nearest" });
  });
  /** @type {Picture[]} */
  let pictures = [];
  /** @type {Picture | null} */
  let shown = null;
  let round = 0; // a new one makes the answers of older ones void
  let choice = 0; // a newer one of pictures makes an example void that is still on its way

  /** The network that is chosen now. Of a digit's picture nothing is cut. */
  function use() {
    const open = select.value === AUTO;
    one(content, ".options").hidden = !open && model().subject === "digit";
    answer.use(open ? null : model());
    basis.clear();
  }

  /** @param {File[]} files */
  function take(files) {
    if (!files.length) return;
    choice++;
    complain(files.length > MOST_PICTURES ? "upload.many" : "");
    pictures.forEach(forget);
    content.classList.add("taken");
    pictures = files.slice(0, MOST_PICTURES).map(pictureOf);
    shown = pictures[0];
    table.list(pictures);
    return answerAll();
  }

  async function answerAll() {
    const mine = ++round;
    const progress = one(content, "progress", HTMLProgressElement);
    progress.max = pictures.length;
    progress.hidden = pictures.length < 2;
    for (const picture of pictures) {
      picture.reply = null;
      table.update(picture);
    }
    show(shown);
    for (const [i, picture] of pictures.entries()) {
      progress.value = i;
      progress.ariaLabel = t("upload.progress", { done: i, all: pictures.length });
      const reply = await ask(picture);
      if (mine !== round) return;
      picture.reply = reply;
      table.update(picture);
      if (picture === shown) await show(picture);
    }
    progress.hidden = true;
  }

  /** @param {Picture} picture @returns {Promise<Reply>} */
  async function ask(picture) {
    const chosen = model();
    try {
      const sent = await prepared(picture);
      const options = { whole: whole.checked, invert: invert.checked, show: picture.unread };
      const seen = await host.photo(sent, select.value, options);
      if (seen.picture) picture.address = seen.picture;
      const answered = models.find(({ name }) => name === seen.model) ?? chosen;
      return { model: answered, seen, decision: decide(answered, seen) };
    } catch (refusal) {
      return refusal instanceof Refusal ? { model: chosen, refusal } : { model: chosen };
    }
  }

  /** The picture and what is said of it change together. @param {Picture | null} picture */
  async function show(picture) {
    shown = picture;
    if (!picture) return answer.empty();
    const { reply } = picture;
    const image = reply?.seen ? await imageOf(picture) : null;
    if (shown !== picture || picture.reply !== reply) return; // another was chosen meanwhile
    table.mark(picture);
    showPicture(one(content, ".preview", HTMLImageElement), picture);
    panel.dataset.picture = picture.file.name;
    basis.clear();
    if (reply?.seen) {
      answer.use(reply.model);
      answer.show(reply.seen, image);
      basis.show(reply.model, reply.seen);
    } else if (!reply) answer.wait("answer.waiting");
    else if (reply.refusal) {
      answer.refuse(reply.refusal);
      panel.scrollIntoView({ block: "nearest" }); // on a phone it may lie below
    }
    else answer.fail("answer.late");
    panel.ariaBusy = String(!reply);
  }

  /** @param {string} key */
  function complain(key) {
    const complaint = one(content, ".complaint");
    complaint.dataset.t = key;
    complaint.textContent = key && t(key);
  }

  startWays(content, take, complain);
  const buttons = samples.map((sample) => {
    const address = new URL(`examples/${sample.file}`, ROOT).href;
    const button = make(`<button class="example"><img alt="" width="72" height="72"></button>`);
    one(button, "img", HTMLImageElement).src = address;
    button.addEventListener("click", async () => {
      const mine = ++choice;
      const file = await fetched(address, sample.file).catch(() => null);
      if (mine !== choice) return;
      if (!file) return complain("tab.away");
      const fits = select.value === AUTO || model().subject === sample.subject;
      if (sample.label && !fits) {
        networks.show(sample.subject);
        use();
      }
      take([file]);
    });
    return button;
  });
  one(content, ".examples").append(...buttons);
  oneStop(one(content, ".examples"));

  // Choices take effect at once
  whole.addEventListener("change", answerAll);
  invert.addEventListener("change", answerAll);
  await keepTranslated(content, () => {
    pictures.forEach(table.update);
    samples.forEach(({ label }, i) => {
      const name = label ? t("upload.example", { label: labelName(label) }) : t("upload.other");
      buttons[i].title = buttons[i].ariaLabel = name;
    });
  });
}

/** An example, as if it had been chosen. @param {string} address @param {string} name */
async function fetched(address, name) {
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(`${name}: ${reply.status}`);
  return new File([await reply.blob()], name, { type: "image/png" });
}
