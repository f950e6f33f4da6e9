// Shows an answer: the winner, ten bars, and what the network saw on the way.

import { one } from "../dom.js";
import { keepTranslated, labelName, refusalText, percent, t } from "../words/words.js";
import { createAfter } from "./after.js";
import { barOf, fill, write } from "./bars.js";
import { decide, decideOne } from "./decide.js";
import { createDigits } from "./digits.js";
import { keepLast } from "./last.js";
import { createSteps } from "./steps.js";

/** @typedef {import("../catalogue.js").Model} Model */
/** @typedef {import("../hosts/types.js").Seen} Seen */
/** @typedef {import("./steps.js").Original} Original */
/** @typedef {ReturnType<typeof createAnswer>} Answer */

/**
 * What the panel says: an answer, or in one sentence why there is none.
 * @typedef {{seen: Seen, source: Original, decision: import("./decide.js").Decision,
 *   example?: boolean}} Shown an example: what the page has drawn by itself
 * @typedef {{error: boolean, words: () => string}} Sentence
 */

const STEPS_GAP = 200; // ms until the step pictures follow a moving pen: they cost most

const PANEL = `
<p class="verdict"><span class="winner"></span><span class="remark"></span></p>
<div class="body"><div class="bars" role="list" data-t-label="answer.bars"></div><p class="first"></p></div>
<p class="said only-heard" role="status" aria-live="polite"></p>`;

const SEEN = `
<h2 data-t="seen"></h2>
<p class="lead" data-t="seen.lead"></p>
<p class="notes"></p>
<div class="steps"></div>`;

/**
 * @param {HTMLElement} panel its data-label, data-probability, data-rejected and data-stroke are
 *   what scripts and tests read
 * @param {HTMLElement} seenPanel shows what the network sees
 * @param {{empty: string, first: string, steps: string[]}} atFirst the keys of what is said while
 *   there is nothing to answer and of what will stand there, and the steps to make room for
 */
export function createAnswer(panel, seenPanel, atFirst) {
  panel.innerHTML = PANEL;
  seenPanel.innerHTML = SEEN;
  const winner = one(panel, ".winner");
  const remark = one(panel, ".remark");
  const bars = one(panel, ".bars");
  const said = one(panel, ".said");
  const notes = one(seenPanel, ".notes");
  const after = createAfter(panel);
  const steps = createSteps(one(seenPanel, ".steps"), atFirst.steps);
  /** @type {Sentence} */
  const waiting = { error: false, words: () => t(atFirst.empty) };
  /** @type {Model | null} */
  let model = null;
  /** @type {Shown | null} */
  let shown = null;
  let sentence = waiting; // where nothing is shown
  /** @type {{row: HTMLElement, track: HTMLElement, number: HTMLElement}[]} */
  let rows = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let stepsTimer;
  let chosen = 0; // of several digits
  const digits = createDigits(winner, (index) => {
    chosen = index;
    keep();
    paint();
    paintSteps();
  });

  function layBars() {
    panel.dataset.subject = model?.subject ?? "digit";
    bars.replaceChildren(...(model?.labels ?? Array(10).fill("")).map(barOf));
    after.lay(model?.labels ?? []);
    rows = [.../** @type {HTMLCollectionOf<HTMLElement>} */ (bars.children)].map((row) => ({
      row,
      track: one(row, ".track"),
      number: one(row, ".number"),
    }));
  }

  function describe() {
    if (!shown) return { big: "", small: sentence.words() };
    const { label, probability, rejected } = shown.decision;
    if (shown.example) return { big: labelName(label), small: t("answer.example") };
    const share = percent(probability);
    if (rejected) {
      const several = shown.seen.notes.includes("several");
      const nearest = t("answer.nearest", { label: `${labelName(label)}, ${share}` });
      const what = shown.seen.shows === "neither" ? "either" : model?.subject;
      return { big: t(`answer.no.${what}`), small: several ? t("answer.one") : nearest };
    }
    const key = shown.seen.digits.length ? "answer.each" : "answer.sure";
    return { big: labelName(label), small: t(key, { share }) };
  }

  const answered = () => shown !== null && !shown.example;

  /** What bars and steps are of: the chosen one of several digits. @returns {Seen | null} */
  function looked() {
    if (!shown) return null;
    const { seen, decision } = shown;
    return decision.rejected ? seen : { ...seen, ...seen.digits[chosen] };
  }

  /** For the tabs that look closer. */
  function keep() {
    const seen = looked();
    if (!model || !shown || !seen) return;
    const { subject } = model;
    const { input, box, width } = seen;
    const { label } = decideOne(model, seen);
    const { rejected } = shown.decision;
    keepLast(panel.id, { subject, label, rejected, input, source: shown.source, box, width });
  }

  function paint() {
    const { big, small } = describe();
    panel.classList.toggle("empty", !shown);
    seenPanel.classList.toggle("empty", !shown);
    panel.classList.toggle("example", Boolean(shown?.example));
    panel.classList.toggle("failed", !shown && sentence.error);
    panel.classList.toggle("rejected", Boolean(shown?.decision.rejected));
    after.show(answered());
    const isNumber = shown && shown.seen.digits.length && !shown.decision.rejected;
    panel.classList.toggle("number", Boolean(isNumber));
    if (isNumber) digits.show(big);
    else digits.clear(big);
    write(remark, small);
    const seen = looked();
    const best = seen && model ? model.labels.indexOf(decideOne(model, seen).label) : -1;
    rows.forEach(({ row, track, number }, i) => {
      const probability = seen?.probabilities[i] ?? 0;
      row.classList.toggle("best", i === best);
      fill(track, probability);
      write(number, shown ? percent(probability) : "");
    });
  }

  function paintSteps() {
    clearTimeout(stepsTimer);
    stepsTimer = undefined;
    notes.textContent = (shown?.seen.notes ?? []).map((note) => t(`note.${note}`, {}, "")).join(" ");
    const seen = looked();
    if (shown && seen) steps.show(seen, shown.source);
    else steps.clear();
  }

  /** @param {Sentence} words @param {number} stroke */
  function nothing(words, stroke) {
    shown = null;
    sentence = words;
    keepLast(panel.id, null);
    delete panel.dataset.label;
    delete panel.dataset.probability;
    panel.dataset.rejected = "false";
    panel.dataset.stroke = String(stroke);
    paint();
    paintSteps();
    said.textContent = words === waiting ? "" : remark.textContent;
  }

  /** The pen rests: what is left out while it moves. */
  function settle() {
    if (!shown) return;
    bars.classList.remove("live");
    paintSteps();
    said.textContent = `${winner.textContent} ${remark.textContent}`;
  }

  layBars();
  paint();
  keepTranslated(seenPanel, () => (steps.translate(), paintSteps()));
  one(panel, ".first").dataset.t = atFirst.first;
  keepTranslated(panel, () => (layBars(), paint()));

  return {
    /** The network that answers from now on: other labels. @param {Model | null} chosen null: unknown
     * yet */
    use(chosen) {
      model = chosen;
      layBars();
      nothing(waiting, 0);
    },

    /**
     * @param {Seen} seen by the network given to use()
     * @param {Original} source the drawing or the picture
     * @param {{stroke?: number, atRest?: boolean}} [options] stroke: how many strokes the answered
     *   drawing has. atRest: false where settle() or the next answer follows
     */
    show(seen, source, { stroke = 0, atRest = true } = {}) {
      if (!model) return;
      if (seen.blank) return nothing({ error: false, words: () => t("answer.blank") }, stroke);
      const decision = decide(model, seen);
      const { label, probability, rejected } = decision;
      if (seen.digits.length !== shown?.seen.digits.length) chosen = 0;
      shown = { seen, source, decision };
      keep();
      panel.classList.remove("outdated");
      Object.assign(panel.dataset, { stroke, model: model.name, label, probability, rejected });
      // Under a moving pen the bars jump: the next answer is there before they would have glided.
      bars.classList.toggle("live", !atRest);
      paint();
      if (atRest) return settle();
      steps.showInput(looked() ?? seen);
      stepsTimer ??= setTimeout(paintSteps, STEPS_GAP);
    },

    settle,

    /** What the page itself has drawn: no label. @param {Seen} seen @param {Original} source */
    example(seen, source) {
      if (!model) return;
      shown = { seen, source, decision: decide(model, seen), example: true };
      paint();
      paintSteps();
    },

    /** Nothing to answer. */
    empty: () => nothing(waiting, 0),

    /** There is something to answer, and this is why nothing is shown yet. @param {string} key */
    wait: (key) => nothing({ error: false, words: () => t(key) }, 0),

    /** There is something to answer, and nobody does. @param {string} key */
    fail: (key) => nothing({ error: true, words: () => t(key) }, 0),

    /** The drawing has gone on since: what is shown is no answer to it. @param {number} stroke */
    outdate(stroke) {
      panel.dataset.stroke = String(stroke);
    },

    /** Nobody answers: what is shown may be old. @param {boolean} away */
    age: (away) => panel.classList.toggle("outdated", away && answered()),

    hasAnswer: answered,

    /** Tells screen readers something else. @param {string} text */
    say(text) {
      said.textContent = text;
    },

    /** Says in one sentence why there is no answer. @param {{key: string}} refusal */
    refuse: (refusal) => nothing({ error: true, words: () => refusalText(refusal) }, 0),
  };
}
