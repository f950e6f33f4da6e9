// The picture as a board: a tap, a stroke or a key turns pixels over, and those that are turned are
// marked.

import { contextOf } from "../dom.js";
import { pointing } from "../labs/grid.js";
import { flipped } from "./flips.js";

const SCALE = 14; // canvas pixels a pixel
const MARK = "#ff4d6d";

/**
 * @param {HTMLElement} frame with a .cursor
 * @param {HTMLCanvasElement} canvas in it
 * @param {(picture: Uint8Array) => void} onChange
 * @param {(at: number) => void} onPoint at which pixel
 */
export function createBoard(frame, canvas, onChange, onPoint) {
  /** @type {Uint8Array} */ let before = new Uint8Array(784);
  /** @type {Uint8Array} */ let now = before;
  /** Pictures that undo goes back to. @type {Uint8Array[]} */ let past = [];
  let at = 0;
  /** @type {"turn" | "return" | null} what the stroke under way does */ let stroke = null;
  let bright = false; // and to pixels of which kind it does it

  const cursor = pointing(frame, () => ({ rows: 28, columns: 28 }), (row, column) => {
    at = 28 * row + column;
    if (stroke) turn();
    onPoint(at);
  });

  /** A stroke turns over all that it meets, so long as it is of the kind that it began with. */
  function turn() {
    const changed = now[at] !== before[at];
    if (stroke === "turn" ? changed || isBright(now[at]) !== bright : !changed) return;
    const picture = now.slice();
    picture[at] = stroke === "turn" ? flipped(now[at]) : before[at];
    onChange(picture);
  }

  function begin() {
    stroke = now[at] === before[at] ? "turn" : "return";
    bright = isBright(now[at]);
    past.push(now);
    turn();
  }

  frame.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    frame.setPointerCapture(event.pointerId);
    begin();
  });
  for (const type of ["pointerup", "pointercancel"]) frame.addEventListener(type, () => (stroke = null));
  frame.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    begin();
    stroke = null;
    onPoint(at);
  });

  return {
    /** @param {Uint8Array} picture as it was @param {Uint8Array} changed as it is */
    show(picture, changed) {
      [before, now] = [picture, changed];
      paint(canvas, before, now);
    },

    /** Another game. */
    begin() {
      past = [];
      cursor.moveTo(13, 13);
    },

    canUndo: () => past.length > 0,

    undo() {
      const picture = past.pop();
      if (picture) onChange(picture);
    },
  };
}

const isBright = (/** @type {number} */ grey) => flipped(grey) === 0;

/** @param {HTMLCanvasElement} canvas @param {Uint8Array} before @param {Uint8Array} now */
function paint(canvas, before, now) {
  canvas.width = canvas.height = 28 * SCALE;
  const context = contextOf(canvas);
  for (const [i, grey] of now.entries()) {
    const [x, y] = [(i % 28) * SCALE, Math.floor(i / 28) * SCALE];
    context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
    context.fillRect(x, y, SCALE, SCALE);
    context.fillStyle = "rgb(128 128 128 / 22%)"; // the lines between pixels
    context.fillRect(x + SCALE - 1, y, 1, SCALE);
    context.fillRect(x, y + SCALE - 1, SCALE, 1);
  }
  context.strokeStyle = MARK;
  context.lineWidth = 3;
  for (const [i, grey] of now.entries()) {
    if (grey === before[i]) continue;
    context.strokeRect((i % 28) * SCALE + 1.5, Math.floor(i / 28) * SCALE + 1.5, SCALE - 3, SCALE - 3);
  }
}
