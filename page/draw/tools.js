// The tools beside the canvas, and the keys that do the same.

import { all, contextOf, isShown, one } from "../dom.js";
import { oneStop } from "../roving.js";

/** @typedef {import("./canvas.js").Canvas} Canvas */

/**
 * @param {HTMLElement} content holds the buttons
 * @param {HTMLCanvasElement} surface
 * @param {Canvas} canvas
 */
export function startTools(content, surface, canvas) {
  const tools = [one(content, "#pen"), one(content, "#eraser")];
  for (const tool of tools) {
    tool.addEventListener("click", () => {
      canvas.pen.erase = tool.id === "eraser";
      surface.classList.toggle("erasing", canvas.pen.erase);
      press(tools, tool);
    });
  }
  const widths = all(content, "[data-width]");
  for (const width of widths) {
    width.addEventListener("click", () => {
      canvas.pen.width = Number(width.dataset.width);
      press(widths, width);
    });
  }
  one(content, "#undo").addEventListener("click", canvas.undo);
  one(content, "#redo").addEventListener("click", canvas.redo);
  one(content, "#clear").addEventListener("click", canvas.clear);
  one(content, "#save").addEventListener("click", () => save(surface));
  oneStop(one(content, ".tools"));
  document.addEventListener("keydown", (event) => onKey(event, surface, canvas));
}

/** @param {HTMLElement} content @param {Canvas} canvas */
export function enableTools(content, canvas) {
  /** @param {string} id @param {boolean} enabled */
  const enable = (id, enabled) => (one(content, id, HTMLButtonElement).disabled = !enabled);
  enable("#undo", canvas.canUndo());
  enable("#redo", canvas.canRedo());
  enable("#clear", canvas.strokeCount() > 0);
}

/** @param {HTMLElement[]} buttons @param {HTMLElement} chosen */
function press(buttons, chosen) {
  for (const button of buttons) button.ariaPressed = String(button === chosen);
}

/** @param {KeyboardEvent} event @param {HTMLCanvasElement} surface @param {Canvas} canvas */
function onKey(event, surface, canvas) {
  const target = /** @type {Element | null} */ (event.target);
  if (!isShown(surface) || target?.closest?.("input, select, textarea")) return;
  const key = event.key.toLowerCase();
  const command = event.ctrlKey || event.metaKey;
  if (command && key === "z") event.shiftKey ? canvas.redo() : canvas.undo();
  else if (command && key === "y") canvas.redo();
  else if (key === "delete" || (key === "backspace" && target === surface)) canvas.clear();
  else return;
  event.preventDefault();
}

/** The drawing as it looks, on its paper. @param {HTMLCanvasElement} surface */
function save(surface) {
  const copy = document.createElement("canvas");
  copy.width = copy.height = surface.width;
  const context = contextOf(copy);
  const sheet = /** @type {HTMLElement} */ (surface.parentElement);
  context.fillStyle = getComputedStyle(sheet).backgroundColor;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(surface, 0, 0);
  const link = document.createElement("a");
  link.href = copy.toDataURL("image/png");
  link.download = "sketch28.png";
  link.click();
}
