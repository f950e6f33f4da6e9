// Drawing without a pointer: the arrow keys move the pen, Space sets it down and lifts it. And the
// canvas's own name, which says what is on it.

import { one } from "../dom.js";
import { keepTranslated, labelName, t } from "../words/words.js";

/** @typedef {import("./canvas.js").Canvas} Canvas */

const STEP = 1 / 40; // of the canvas's side; with Shift a quarter of it
/** @type {Record<string, number[]>} to the right, down */
const MOVES = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/**
 * @param {HTMLElement} content holds the mark of the pen and what is said of it
 * @param {HTMLCanvasElement} surface
 * @param {Canvas} canvas
 */
export function startKeys(content, surface, canvas) {
  const [mark, said] = [one(content, ".pen-mark"), one(content, ".pen-said")];
  /** @type {Set<string>} two arrow keys at once go aslant */
  const held = new Set();
  let [x, y] = [0.5, 0.25]; // where the pen is, in shares of the side
  let down = false;

  function show() {
    mark.style.inset = `${100 * y}% auto auto ${100 * x}%`;
    mark.hidden = false;
    mark.classList.toggle("down", down);
  }

  function tell(/** @type {string} */ key) {
    said.textContent = t(key, { row: Math.ceil(28 * y) || 1, column: Math.ceil(28 * x) || 1 });
  }

  function lift() {
    held.clear();
    if (!down) return;
    down = false;
    canvas.lift();
    show();
    tell("draw.lifted");
  }

  function move(/** @type {KeyboardEvent} */ { key, shiftKey }) {
    held.add(key);
    const step = shiftKey ? STEP / 4 : STEP;
    for (const [right, below] of [...held].map((name) => MOVES[name])) {
      x = Math.max(0, Math.min(1, x + right * step));
      y = Math.max(0, Math.min(1, y + below * step));
    }
    if (down) canvas.penAt(x, y);
    show();
  }

  function onKey(/** @type {KeyboardEvent} */ event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return lift();
    if (MOVES[event.key]) move(event);
    else if (event.key === " " && !event.repeat) {
      if (down) lift();
      else {
        down = canvas.penAt(x, y);
        show();
        tell(down ? "draw.set" : "draw.lifted");
      }
    } else if (event.key !== " ") return event.key === "Shift" ? undefined : lift();
    event.preventDefault(); // or the key scrolls the page
  }

  function leave() {
    lift();
    mark.hidden = true;
  }

  surface.addEventListener("keydown", onKey);
  surface.addEventListener("keyup", ({ key }) => {
    held.delete(key);
    if (MOVES[key]) tell(down ? "draw.set" : "draw.lifted");
  });
  surface.addEventListener("blur", leave);
  surface.addEventListener("pointerdown", leave, { capture: true }); // before the canvas hears of it
}

/**
 * Keeps the name of the canvas: what it is for and what is on it.
 * @param {HTMLCanvasElement} surface
 * @param {HTMLElement} answer its data tell what was read
 * @param {Canvas} canvas
 * @returns {() => void} to be called when a stroke has ended
 */
export function nameCanvas(surface, answer, canvas) {
  function name() {
    if (canvas.isDrawing()) return; // many answers a second
    const { label, rejected } = answer.dataset;
    const strokes = canvas.strokeCount();
    const key = !strokes ? "nothing" : !label ? "strokes" : rejected === "true" ? "rejected" : "read";
    const words = { strokes, label: labelName(label ?? "") };
    surface.ariaLabel = `${t("draw.canvas")} ${t(`draw.holds.${key}`, words)}`;
  }
  new MutationObserver(name).observe(answer, { attributeFilter: ["data-stroke", "data-label"] });
  keepTranslated(surface, name);
  return name;
}
