// A drawing surface for pen, finger and mouse. Knows no host: it is given a canvas element and
// tells what happens through the callbacks; `ink()` says what to classify.

import { contextOf } from "../dom.js";
import { drawStroke, inkOf } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {ReturnType<typeof createCanvas>} Canvas */

// Before the browser lines events up with its frames, where it tells of them: half a frame sooner.
const MOVE = "onpointerrawupdate" in window ? "pointerrawupdate" : "pointermove";
const KEYS = -28; // stands for a pointer where there is none
const NEAREST = 0.002; // points closer than this to the last one add nothing

/**
 * @param {HTMLCanvasElement} canvas a square one; the colour of its text is the colour of its ink
 * @param {{onDraw?: () => void, onStrokeEnd?: () => void}} callbacks onDraw: the drawing changed
 */
export function createCanvas(canvas, { onDraw = () => {}, onStrokeEnd = () => {} } = {}) {
  const context = contextOf(canvas);
  const settled = document.createElement("canvas"); // all strokes but the one under way
  const sheet = contextOf(document.createElement("canvas"), { willReadFrequently: true });
  const pen = { erase: false, width: 0.06 };
  /** @type {Stroke[]} */
  let strokes = [];
  /** @type {Stroke[]} */
  let undone = [];
  /** @type {Stroke | null} */
  let current = null; // the stroke under way
  /** @type {number | null} */
  let pointer = null; // and the pointer that draws it
  let byTouch = false; // a finger, or the palm of a hand
  let frame = 0;
  let bounds = canvas.getBoundingClientRect(); // measured as seldom as can be: it costs a layout
  let colour = "black";

  const visible = () => strokes.slice(strokes.findLastIndex((stroke) => stroke.clear) + 1);

  function paint() {
    frame = 0;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(settled, 0, 0);
    if (current) drawStroke(context, current, scaled(canvas.width), colour);
  }

  const paintSoon = () => (frame ||= requestAnimationFrame(paint));

  function repaint() {
    bounds = canvas.getBoundingClientRect();
    const side = Math.round(bounds.width * devicePixelRatio);
    if (!side) return; // hidden: the drawing waits
    for (const surface of [canvas, settled]) surface.width = surface.height = side;
    colour = getComputedStyle(canvas).color;
    for (const stroke of visible()) {
      if (stroke !== current) drawStroke(contextOf(settled), stroke, scaled(side), colour);
    }
    paint();
  }

  /** @param {Stroke} stroke @param {PointerEvent} event */
  function extend(stroke, event) {
    const samples = event.getCoalescedEvents?.() ?? [];
    for (const sample of samples.length ? samples : [event]) {
      const x = (sample.clientX - bounds.left) / bounds.width;
      const y = (sample.clientY - bounds.top) / bounds.height;
      const [lastX, lastY] = stroke.points.slice(-3);
      if (Math.hypot(x - lastX, y - lastY) < NEAREST) continue;
      // A mouse and most fingers report a constant; only a real pen presses.
      const thickness = sample.pointerType === "pen" ? 0.5 + sample.pressure : 1;
      stroke.points.push(x, y, thickness);
    }
  }

  /** @param {PointerEvent} event */
  function start(event) {
    if (event.button > 0) return;
    if (pointer === event.pointerId) end(event); // its end was never told
    if (pointer !== null) {
      if (!(byTouch && event.pointerType === "pen")) return;
      strokes.pop(); // a hand that holds a pen lies on the sheet before the pen does
      current = pointer = null;
    }
    const eraserEnd = event.pointerType === "pen" && (event.buttons & 32) !== 0;
    const erase = pen.erase || eraserEnd;
    if (erase && !visible().length) return; // nothing to erase
    if (event.isTrusted) canvas.setPointerCapture(event.pointerId); // a script has no pointer to hold
    bounds = canvas.getBoundingClientRect();
    pointer = event.pointerId;
    byTouch = event.pointerType === "touch";
    current = { erase, width: pen.width, points: [] };
    extend(current, event);
    strokes.push(current);
    undone = [];
    paintSoon();
    onDraw();
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (event.pointerId !== pointer || !current) return;
    if (event.isTrusted && !event.buttons) return end(event); // let go where nobody told of it
    const before = current.points.length;
    extend(current, event);
    if (current.points.length === before) return;
    paintSoon();
    onDraw();
  }

  /** @param {{pointerId: number}} event */
  function end({ pointerId }) {
    if (pointerId !== pointer || !current) return;
    drawStroke(contextOf(settled), current, scaled(canvas.width), colour);
    current = pointer = null;
    paintSoon();
    onStrokeEnd();
  }

  /**
   * Draws without a pointer: a stroke begins there, or the one under way goes on.
   * @param {number} x in shares of the side
   * @param {number} y
   * @returns {boolean} whether the pen draws
   */
  function penAt(x, y) {
    if (pointer !== null && pointer !== KEYS) return false;
    if (!current) {
      if (pen.erase && !visible().length) return false; // nothing to erase
      pointer = KEYS;
      strokes.push((current = { erase: pen.erase, width: pen.width, points: [] }));
      undone = [];
    }
    current.points.push(x, y, 1);
    paintSoon();
    onDraw();
    return true;
  }

  /** @param {() => unknown} action changes the strokes, or yields nothing where it does not */
  function change(action) {
    if (pointer !== null || !action()) return;
    repaint();
    onDraw();
  }

  canvas.addEventListener("pointerdown", start);
  canvas.addEventListener(/** @type {"pointermove"} */ (MOVE), move);
  canvas.addEventListener("pointermove", (event) => event.isTrusted || move(event)); // a script's
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  canvas.addEventListener("lostpointercapture", end);
  new ResizeObserver(repaint).observe(canvas);
  watchRatio(repaint);

  /** @param {Stroke[]} from @param {Stroke[]} to moves the last stroke */
  function moveLast(from, to) {
    const stroke = from.pop();
    return stroke && to.push(stroke);
  }

  return {
    pen,
    penAt,
    /** Ends the stroke that penAt() draws. */
    lift: () => end({ pointerId: KEYS }),
    repaint,
    undo: () => change(() => moveLast(strokes, undone)),
    redo: () => change(() => moveLast(undone, strokes)),
    clear: () =>
      change(() => {
        if (!visible().length) return false;
        strokes.push(CLEAR);
        undone = [];
        return true;
      }),
    canUndo: () => strokes.length > 0,
    canRedo: () => undone.length > 0,
    isDrawing: () => current !== null,
    strokeCount: () => visible().length,
    strokes: visible,

    /**
     * Puts these strokes in the place of what is drawn; undo takes them away one by one.
     * @param {Stroke[]} saved
     */
    restore: (saved) =>
      change(() => {
        if (visible().length) strokes.push(CLEAR);
        strokes.push(...saved);
        undone = [];
        return true;
      }),

    /** What there is to classify; null when there is no ink. */
    ink: () => inkOf(sheet, visible()),
  };
}

/** @type {Stroke} */
const CLEAR = { clear: true, erase: false, width: 0, points: [] };

/**
 * Calls it whenever a pixel of the page takes more or fewer of the screen's: zoom, another screen.
 * @param {() => void} changed
 */
function watchRatio(changed) {
  const again = () => {
    watchRatio(changed);
    changed();
  };
  const now = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  now.addEventListener("change", again, { once: true });
}

/** @param {number} side in pixels */
const scaled = (side) => ({ left: 0, top: 0, scale: side });
