// The Shift lab: the picture moved by every (dx, dy); which networks still say the same?

import { keepTranslated, labelName, share, t } from "../shell.js";
import { make } from "./choices.js";
import { bytesOf, colourOf, css, greyOf, paint } from "./colours.js";
import { pictureBar } from "./picture.js";

const PAGE = `
<div class="inside">
  <p class="lead" data-t="shift.lead"></p>
  <p class="complaint" role="alert"></p>
  <section class="shift-maps"></section>
  <div class="shift-legend"><p data-t="shift.legend"></p><p data-t="shift.lost"></p></div>
</div>`;

const MAP = `
<section class="shift-map card">
  <h3></h3><p class="what"></p>
  <p class="share"></p><p class="still"></p><p class="average"></p>
  <div class="frame" tabindex="0" role="application"><canvas></canvas><span class="cursor"></span></div>
  <div class="here"><canvas width="28" height="28" aria-hidden="true"></canvas><p role="status"></p></div>
</section>`;

/** What Gradio hands to a gr.HTML; `server` holds move and examples of ui/closer.py. */
export async function start({ element, props, server }) {
  const holder = element.querySelector(".later");
  const page = make(PAGE);
  holder.append(page);
  const maps = page.querySelector(".shift-maps");
  const choice = make(`<label class="choice"><span data-t="shift.truth"></span><select></select></label>`);
  const truth = choice.querySelector("select");
  let picture = null;
  let replies = []; // one for each of models(), or null until it comes
  let round = 0;

  const models = () => props.models.filter(({ subject }) => subject === picture.subject);

  async function ask(shown) {
    const mine = ++round;
    picture = shown;
    replies = models().map(() => null);
    show();
    for (const [i, { name }] of models().entries()) {
      const reply = await server.move({ input: shown.input, model: name });
      if (mine !== round) return;
      const refusal = reply ? (reply.refusal ?? "") : t("answer.late");
      page.querySelector(".complaint").textContent = refusal;
      if (refusal) return;
      replies[i] = reply;
      if (i === 0) listLabels(reply.labels, shown.label);
      show();
    }
  }

  function listLabels(labels, label) {
    truth.replaceChildren(...labels.map((label) => new Option(labelName(label), label)));
    truth.value = label;
  }

  function show() {
    const sections = models().map((model, i) => {
      if (!replies[i]) return waiting(model);
      return mapOf(model, replies[i], truth.value, picture);
    });
    maps.replaceChildren(...sections);
  }

  truth.addEventListener("change", show);
  const controls = await pictureBar(holder, server, ask);
  controls.append(choice);
  keepTranslated(controls);
  keepTranslated(page, () => {
    for (const option of truth.options) option.text = labelName(option.value);
    if (picture) show();
  });
}

/** The place of a heat map whose answer is under way. */
function waiting({ recipe }) {
  const section = make(MAP);
  section.ariaBusy = true;
  section.querySelector("h3").textContent = t(`shift.${recipe}`);
  section.querySelector(".what").textContent = t(`shift.${recipe}.what`);
  section.querySelector(".share").textContent = "…";
  section.querySelector(".frame").tabIndex = -1;
  return section;
}

/** One network's heat map. truth: the label that it should say. */
function mapOf({ name: model, recipe, average, pictures }, { reach, labels, u8 }, truth, picture) {
  const side = 2 * reach + 1;
  const bytes = bytesOf(u8);
  const label = labels.indexOf(truth);
  const cells = Array.from({ length: side * side }, (_, i) => {
    const row = bytes.slice(10 * i, 10 * i + 10);
    const best = row.indexOf(Math.max(...row));
    return { best, sure: row[best] / 255, truth: row[label] / 255 };
  });
  const held = cells.filter(({ best }) => best === label).length;
  const section = make(MAP);
  const find = (selector) => section.querySelector(selector);
  const name = labelName(truth);
  section.dataset.model = model;
  section.dataset.share = held / cells.length;
  find("h3").textContent = t(`shift.${recipe}`);
  find(".what").textContent = t(`shift.${recipe}.what`);
  find(".share").textContent = t("shift.share", { share: ((100 * held) / cells.length).toFixed(1) });
  find(".still").textContent = t("shift.still", { label: name });
  if (average) {
    const mean = { share: (100 * average).toFixed(1), n: pictures };
    find(".average").textContent = t("shift.average", mean);
  }
  const frame = find(".frame");
  frame.ariaLabel = t("shift.map", { label: name });
  paintCells(find("canvas"), cells, side, label);

  function point(row, column, tell = true) {
    const [y, x] = [row, column].map((at) => Math.max(0, Math.min(side - 1, at)));
    frame.dataset.at = `${y} ${x}`;
    const { style } = find(".cursor");
    style.inset = `${(100 * y) / side}% auto auto ${(100 * x) / side}%`;
    style.width = style.height = `${100 / side}%`;
    const { best, sure } = cells[y * side + x];
    const [right, down] = [x - reach, y - reach];
    const values = { label: labelName(labels[best]), share: share(sure) };
    const told = find(".here p");
    told.textContent = t("shift.cell", { ...moveOf(right, down), ...values });
    told.ariaLive = tell ? "polite" : "off";
    const moved = shifted(bytesOf(picture.input), right, down);
    paint(find(".here canvas"), moved, 28, 28, (value) => greyOf(value / 255));
  }

  function fromPointer(event) {
    const box = frame.getBoundingClientRect();
    const at = (client, start, size) => Math.floor(((client - start) / size) * side);
    point(at(event.clientY, box.top, box.height), at(event.clientX, box.left, box.width));
  }
  frame.addEventListener("pointerdown", fromPointer);
  frame.addEventListener("pointermove", fromPointer);
  frame.addEventListener("keydown", (event) => {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const [y, x] = frame.dataset.at.split(" ").map(Number);
    point(y + move[0], x + move[1]);
  });
  point(reach, reach, false);
  return section;
}

const SCALE = 28; // canvas pixels a cell
const WRONG = ["#1d2a4d", "#8fa3d4"]; // a wrong answer's cell, and the dot on it

function paintCells(canvas, cells, side, label) {
  canvas.width = canvas.height = side * SCALE;
  const context = canvas.getContext("2d");
  cells.forEach(({ best, truth }, i) => {
    const [x, y] = [(i % side) * SCALE, Math.floor(i / side) * SCALE];
    const right = best === label;
    context.fillStyle = right ? css(colourOf(0.3 + 0.7 * truth, 1)) : WRONG[0];
    context.beginPath();
    context.roundRect(x + 1, y + 1, SCALE - 2, SCALE - 2, 4);
    context.fill();
    if (right) return;
    context.fillStyle = WRONG[1];
    context.beginPath();
    context.arc(x + SCALE / 2, y + SCALE / 2, 2.5, 0, 7);
    context.fill();
  });
}

function moveOf(right, down) {
  if (!right && !down) return { right: t("shift.middle"), down: "(0, 0)" };
  return {
    right: t(right < 0 ? "shift.left" : "shift.right", { n: Math.abs(right) }),
    down: t(down < 0 ? "shift.up" : "shift.down", { n: Math.abs(down) }),
  };
}

/** The 784 bytes moved; what leaves the frame is lost. */
function shifted(bytes, right, down) {
  return bytes.map((_, i) => {
    const [y, x] = [Math.floor(i / 28) - down, (i % 28) - right];
    return y >= 0 && y < 28 && x >= 0 && x < 28 ? bytes[28 * y + x] : 0;
  });
}
