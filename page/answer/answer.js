// Shows an answer: the winner, ten bars, and what the network saw on the way.
//
// An answer, as ui/answers.py sends it:
//   {model, labels: [10], probabilities: [10], label, probability, rejected, blank, notes,
//    input: base64 of 784 grey bytes, steps: [{name, picture: address}]}

import { keepLast } from "./last.js";
import { keepTranslated, labelName, share, t } from "../shell.js";

const STEPS_GAP = 200; // ms between two sets of step pictures while the pen moves: they cost most

/**
 * @param {HTMLElement} panel holds .winner, .remark, .bars, .said
 * @param {HTMLElement} seen holds .steps
 * @param {() => {labels: string[], subject: string}} model the network that is chosen now
 * @param {"draw" | "upload"} tab says what to do while there is nothing to answer
 */
export function createAnswer(panel, seen, model, tab) {
  const winner = panel.querySelector(".winner");
  const remark = panel.querySelector(".remark");
  const bars = panel.querySelector(".bars");
  const said = panel.querySelector(".said");
  const steps = seen.querySelector(".steps");
  const notes = seen.querySelector(".notes");
  let shown = null;
  let rows = [];
  let blank = false; // the picture shown holds nothing
  let stepsShown = 0; // when

  function layBars() {
    const { labels, subject } = model();
    panel.dataset.subject = subject;
    bars.replaceChildren(...labels.map(barOf));
    rows = [...bars.children].map((row) => ({
      row,
      track: row.querySelector(".track"),
      number: row.querySelector(".number"),
    }));
  }

  function describe() {
    if (!shown) return { big: "", small: t(blank ? "answer.blank" : `answer.empty.${tab}`) };
    const name = labelName(shown.label);
    if (!shown.rejected) {
      return { big: name, small: t("answer.sure", { share: share(shown.probability) }) };
    }
    return {
      big: t(`answer.no.${model().subject}`),
      small: t("answer.nearest", { label: `${name}, ${share(shown.probability)}` }),
    };
  }

  function paint(withSteps = true) {
    const { big, small } = describe();
    panel.classList.toggle("empty", !shown);
    panel.classList.toggle("rejected", Boolean(shown?.rejected));
    write(winner, big);
    write(remark, small);
    const best = shown ? shown.labels.indexOf(shown.label) : -1;
    rows.forEach(({ row, track, number }, i) => {
      const probability = shown?.probabilities[i] ?? 0;
      row.classList.toggle("best", i === best);
      fill(track, probability);
      write(number, shown ? share(probability) : "");
    });
    if (withSteps) paintSeen();
    else drawInput(steps.querySelector("canvas"), shown.input);
  }

  function paintSeen() {
    stepsShown = performance.now();
    notes.textContent = (shown?.notes ?? []).map((note) => t(`note.${note}`, {}, "")).join(" ");
    showSteps(steps, shown);
  }

  keepTranslated(seen, paintSeen);
  keepTranslated(panel, () => (layBars(), paint()));

  return {
    /** Another network was chosen: other labels. */
    relabel: () => (layBars(), paint()),

    /** `stroke`: how many strokes the answered drawing has. `atRest`: tell screen readers too. */
    show(answer, { stroke = 0, atRest = true } = {}) {
      shown = answer.blank ? null : answer;
      blank = answer.blank;
      keepLast(panel.id, shown);
      const { dataset } = panel;
      dataset.stroke = stroke;
      dataset.model = answer.model;
      if (shown) {
        dataset.label = answer.label;
        dataset.probability = answer.probability;
        dataset.rejected = answer.rejected;
      } else {
        forget(panel);
      }
      // Under a moving pen the bars jump: the next answer is there before they would have glided.
      bars.classList.toggle("live", !atRest);
      paint(atRest || !shown || performance.now() - stepsShown > STEPS_GAP);
      if (atRest) said.textContent = `${winner.textContent} ${remark.textContent}`;
    },

    /** Nothing to answer. */
    empty() {
      shown = null;
      blank = false;
      keepLast(panel.id, null);
      panel.dataset.stroke = 0;
      forget(panel);
      paint();
      said.textContent = "";
    },

    /** The drawing has gone on since: what is shown is no answer to it. */
    outdate(stroke) {
      panel.dataset.stroke = stroke;
    },

    /** Tells screen readers something else. */
    say(sentence) {
      said.textContent = sentence;
    },

    /** Says in one sentence why there is no answer. */
    refuse(sentence) {
      this.empty();
      remark.textContent = said.textContent = sentence;
    },
  };
}

/** Shows a share of 0..1 as the length of a bar. */
export const fill = (track, share) =>
  (track.style.backgroundSize = `${(100 * share).toFixed(1)}% 100%`);

/** Only what changes: the same words written again are laid out again. */
const write = (node, text) => node.textContent === text || (node.textContent = text);

function forget(panel) {
  for (const name of ["label", "probability"]) delete panel.dataset[name];
  panel.dataset.rejected = false;
}

/** A row of the bars: .name, .track, .number. */
export function barOf(label) {
  const row = document.createElement("div");
  row.className = "bar";
  row.setAttribute("role", "listitem");
  row.innerHTML = `<span class="name"></span><span class="track"></span>
    <span class="number"></span>`;
  row.querySelector(".name").textContent = labelName(label);
  return row;
}

function showSteps(holder, answer) {
  const wanted = answer ? [...answer.steps.map((step) => step.name), "input"] : ["input"];
  if (holder.dataset.names !== wanted.join()) {
    holder.dataset.names = wanted.join();
    holder.replaceChildren(...wanted.map(stepOf));
  }
  for (const caption of holder.querySelectorAll("figcaption")) {
    caption.textContent = t(`step.${caption.dataset.step}`);
  }
  answer?.steps.forEach((step, i) => (holder.children[i].querySelector("img").src = step.picture));
  drawInput(holder.querySelector("canvas"), answer?.input);
}

function stepOf(name) {
  const figure = document.createElement("figure");
  figure.className = `step step-${name}`;
  figure.innerHTML = `${name === "input" ? '<canvas width="28" height="28"></canvas>' : '<img alt="">'}
    <figcaption data-step="${name}"></figcaption>`;
  return figure;
}

/** Paints base64 of 784 grey bytes onto a 28×28 canvas; black when there are none. */
export function drawInput(canvas, input) {
  const image = new ImageData(28, 28);
  const grey = input ? atob(input) : "";
  for (let i = 0; i < 784; i++) {
    image.data.fill(grey.charCodeAt(i) || 0, 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** The networks to choose from, filled into a <select>. Returns the one chosen at any time. */
export function fillModels(select, models, chosen) {
  const name = (model) =>
    t(`model.${model.subject}`) + (model.tutorial ? ` – ${t("model.tutorial")}` : "");
  select.replaceChildren(...models.map((model) => new Option("", model.name)));
  select.value = chosen;
  const retitle = () => models.forEach((model, i) => (select.options[i].text = name(model)));
  keepTranslated(select, retitle);
  return () => models[select.selectedIndex];
}
