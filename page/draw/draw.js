// The Draw tab: joins the canvas, the server and the answer.

import { createAnswer, fillModels } from "../answer/answer.js";
import { createCanvas } from "./canvas.js";
import { keepAnswering } from "../answer/live.js";
import { isShown, keepTranslated, onShown, onTheme, ready, t } from "../shell.js";

const sharing = () => import("./share.js"); // not needed before there is a drawing

/** What Gradio hands to a gr.HTML; `server.answer_sketch` is ui/answers.py's. */
export async function start({ element, props, server }) {
  const find = (selector) => element.querySelector(selector);
  await ready;
  const model = fillModels(find("#model"), props.models, props.chosen);
  const answer = createAnswer(find("#answer"), find(".seen"), model, "draw");
  const surface = find("canvas#sketch");
  const told = find(".told");
  let answered = 0; // changes of the drawing up to the answer that is shown
  let changes = 0;

  const canvas = createCanvas(surface, { onDraw: changed, onStrokeEnd: rest });

  const askAgain = keepAnswering({
    async ask() {
      const asked = { change: changes, stroke: canvas.strokeCount(), drawing: canvas.isDrawing() };
      const picture = canvas.picture();
      if (!picture) return { ...asked, reply: null };
      const reply = await server.answer_sketch({ picture, model: model().name });
      if (!reply) throw new Error("no answer"); // Gradio swallows the reason
      return { ...asked, reply };
    },
    show({ change, stroke, drawing, reply }, current) {
      if (change < cleared) return; // the canvas has been emptied since
      answered = change;
      if (!reply) {
        if (stroke) answer.empty(); // all erased; an empty canvas was told at once
        if (current) offer(false);
      } else if (reply.refusal) answer.refuse(reply.refusal);
      else if (reply.model === model().name) {
        // A stroke that has gone on since, and ended, is not counted: see rest().
        const goingOn = canvas.isDrawing() && canvas.strokeCount() === stroke;
        const partial = drawing && change < changes && !goingOn;
        answer.show(reply, { stroke: partial ? stroke - 1 : stroke, atRest: current });
      }
    },
    onAway(away) {
      find(".away").hidden = !away;
    },
  });
  let cleared = 0;

  function changed() {
    changes += 1;
    find("#undo").disabled = !canvas.canUndo();
    find("#redo").disabled = !canvas.canRedo();
    const blank = canvas.strokeCount() === 0;
    find("#clear").disabled = blank;
    offer(!blank);
    if (told.dataset.t) note(""); // it was about another drawing
    if (blank) {
      cleared = changes;
      answer.empty();
    }
    askAgain();
  }

  /** Whether there is a drawing to keep, or a place to begin one. */
  function offer(something) {
    find(".hint").hidden = something;
    for (const id of ["save", "share"]) find(`#${id}`).disabled = !something;
  }

  // The answer to the last stroke counts it only once it has seen all of it.
  function rest() {
    if (answered < changes) answer.outdate(canvas.strokeCount() - 1);
  }

  function note(key) {
    told.dataset.t = key;
    told.textContent = t(key);
    find(".link").hidden = key !== "draw.shown";
  }

  function tell(key) {
    note(key);
    answer.say(told.textContent);
  }

  async function share() {
    const { handOver, linkTo } = await sharing();
    const link = linkTo(canvas.strokes());
    if (!link) return tell("draw.much");
    const done = await handOver(link);
    if (done) tell(`draw.${done}`);
    if (done !== "shown") return;
    find(".link").value = link;
    find(".link").focus();
    find(".link").select();
  }

  async function openShared() {
    if (!location.hash.startsWith("#drawing=")) return;
    const strokes = (await sharing()).strokesHere();
    if (strokes.length) canvas.restore(strokes);
    else tell("draw.damaged");
  }

  function choose(buttons, chosen) {
    for (const button of buttons) button.setAttribute("aria-pressed", button === chosen);
  }

  const tools = [find("#pen"), find("#eraser")];
  for (const tool of tools) {
    tool.addEventListener("click", () => {
      canvas.pen.erase = tool.id === "eraser";
      surface.classList.toggle("erasing", canvas.pen.erase);
      choose(tools, tool);
    });
  }
  const sizes = [...element.querySelectorAll("[data-width]")];
  for (const size of sizes) {
    size.addEventListener("click", () => {
      canvas.pen.width = Number(size.dataset.width);
      choose(sizes, size);
    });
  }
  find("#undo").addEventListener("click", canvas.undo);
  find("#redo").addEventListener("click", canvas.redo);
  find("#clear").addEventListener("click", canvas.clear);
  find("#save").addEventListener("click", () => save(surface));
  find("#share").addEventListener("click", share);
  // So that sharing works even if the server goes away after that.
  surface.addEventListener("pointerdown", () => sharing().catch(() => {}), { once: true });
  find("#model").addEventListener("change", () => {
    answer.empty();
    answer.relabel();
    changed();
  });

  document.addEventListener("keydown", (event) => {
    if (!isShown(surface) || event.target.closest?.("input, select, textarea")) return;
    const key = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    if (command && key === "z") event.shiftKey ? canvas.redo() : canvas.undo();
    else if (command && key === "y") canvas.redo();
    else if (key === "delete" || (key === "backspace" && event.target === surface)) canvas.clear();
    else return;
    event.preventDefault();
  });

  onTheme(canvas.repaint);
  onShown(surface, canvas.repaint);
  keepTranslated(element, () => surface.setAttribute("aria-label", t("draw.canvas")));
  addEventListener("hashchange", openShared);
  changed();
  openShared();
  element.dataset.ready = "";
}

/** The drawing as it looks, on its paper. */
function save(surface) {
  const copy = document.createElement("canvas");
  copy.width = copy.height = surface.width;
  const context = copy.getContext("2d");
  context.fillStyle = getComputedStyle(surface.parentElement).backgroundColor;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(surface, 0, 0);
  const link = document.createElement("a");
  link.href = copy.toDataURL("image/png");
  link.download = "sketch28.png";
  link.click();
}
