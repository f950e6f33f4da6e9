// The picture that these tabs look at: the one answered last on this page, or an example of ours.

import { drawInput } from "../answer/bars.js";
import { keepLast, last } from "../answer/last.js";
import { isShown, make, one } from "../dom.js";
import { oneStop } from "../roving.js";
import { Refusal } from "../hosts/refusal.js";
import { keepTranslated, labelName, refusalText, t } from "../words/words.js";
import { examples } from "./examples.js";

/** @typedef {import("./examples.js").Example} Example */
/** @typedef {import("../answer/last.js").Looked} Looked */
/**
 * from: the id of the panel that answered it, or "example". file: of an example.
 * @typedef {Looked & {from: string, file?: string}} Picture
 */

const BAR = `
<section class="look card">
  <canvas width="28" height="28" aria-hidden="true"></canvas>
  <div class="whose"><p class="name"></p><p class="hint-line"></p></div>
  <div class="controls"></div>
  <div class="samples" role="group" data-t-label="look.examples"></div>
</section>`;

const FAILED = `<p class="complaint" role="alert" hidden><span></span>
  <button class="tool wide" data-t="tab.again"></button></p>`;

/**
 * Puts a tab's page into its panel, under a bar that shows the picture: always the one that what stands
 * below is of. While another is on its way the page is marked as busy.
 * @param {HTMLElement} panel
 * @param {HTMLElement} page
 * @param {HTMLElement | ""} controls of the tab, which stand in the bar
 * @param {(picture: Picture, stands: () => void) => Promise<void> | void} onPicture now, and whenever
 *   the tab is shown or chosen with another picture; what it throws is said, and may be tried again.
 *   stands: may be called where the page is that picture's before all of it is there
 * @returns {Promise<() => Promise<void>>} looks at the same picture again; the promise is kept once
 *   the first picture is there, and is broken where that fails
 */
export async function pictureBar(panel, page, controls, onPicture) {
  const found = (await examples()).filter(({ label }) => label);
  const bar = make(BAR);
  const failed = make(FAILED);
  one(bar, ".controls").append(controls);
  /** @type {unknown} */ let failure; // the last one
  page.prepend(bar, failed);
  const samples = found.map((example) => sampleOf(example, refresh));
  one(bar, ".samples").append(...samples);
  oneStop(one(bar, ".samples"));
  panel.replaceChildren(page);
  let wanted = ""; // which picture is asked for
  /** @type {Picture | null} */ let standing = null; // the one that the page shows
  let round = 0;

  function describe(/** @type {Picture} */ { from, rejected, label, subject }) {
    const words = { label: labelName(label) };
    const own = from !== "example";
    one(bar, ".name").textContent = t(`look.${from}${rejected ? ".rejected" : ""}`, words);
    const nothing = `${t(`answer.no.${subject}`)}, ${t("answer.nearest", words)}`;
    one(bar, ".hint-line").textContent = own ? (rejected ? nothing : "") : t("look.hint");
    found.forEach((example, i) => {
      const name = t("upload.example", { label: labelName(example.label) });
      samples[i].title = samples[i].ariaLabel = name;
    });
  }

  function put(/** @type {Picture} */ picture) {
    standing = picture;
    drawInput(one(bar, "canvas", HTMLCanvasElement), picture.input);
    describe(picture);
    page.ariaBusy = "false";
  }

  async function look() {
    const mine = ++round;
    const picture = current(found);
    wanted = markOf(picture);
    if (!standing) put(picture); // there is nothing below it yet
    page.ariaBusy = "true";
    try {
      await onPicture(picture, () => put(picture));
    } catch (error) {
      if (mine !== round) return;
      wanted = ""; // to be asked for again
      page.ariaBusy = "false";
      throw error;
    }
    if (mine !== round) return;
    put(picture);
    failed.hidden = true;
  }

  function sayWhy() {
    const text = failure instanceof Refusal ? refusalText(failure) : t("answer.late");
    one(failed, "span").textContent = text;
  }

  /** As look(), but what goes wrong is said. */
  async function lookAgain() {
    try {
      await look();
    } catch (error) {
      failure = error;
      sayWhy();
      failed.hidden = false;
    }
  }

  function refresh() {
    if (isShown(panel) && markOf(current(found)) !== wanted) lookAgain();
  }

  await keepTranslated(bar, () => {
    if (standing) describe(standing);
    sayWhy();
  });
  await look();
  one(failed, "button").addEventListener("click", lookAgain);
  document.addEventListener("page:tab", refresh);
  return lookAgain;
}

/** @param {Example} example @param {() => void} onChoose */
function sampleOf(example, onChoose) {
  const button = make(`<button class="example"><canvas width="28" height="28"></canvas></button>`);
  drawInput(one(button, "canvas", HTMLCanvasElement), example.input);
  button.addEventListener("click", () => (keepLast("example", lookedAt(example)), onChoose()));
  return button;
}

/** What an example shows is known; so no network is asked. @param {Example} example */
const lookedAt = (example) => ({ ...example, rejected: false, source: null, box: null, width: 0 });

/** @param {Example[]} found @returns {Picture} */
function current(found) {
  const [from, picture] = last() ?? ["example", lookedAt(found[0])];
  return { ...picture, from };
}

/** Tells pictures apart. @param {Picture} picture */
const markOf = ({ from, subject, label, rejected, truth, changes, input }) =>
  [from, subject, label, rejected, truth, changes, input].join();
