// A drawing surface for pen, finger and mouse. Knows no host: it is given a canvas element and
// tells what happens through the callbacks; `picture()` says what to classify.
//
// A drawing is a list of strokes in units of the canvas's side, so it survives any resize:
//   {erase: bool, width: share of the side, points: [x, y, thickness, x, y, thickness, ...]}
// Clearing is a stroke too ({clear: true}), so it can be undone.

const INK_SIDE = 100; // pixels of the ink's longer side in picture(): five times what a network sees
const MARGIN = 0.2; // paper around the ink there, in shares of that side
// Before the browser lines events up with its frames, where it tells of them: half a frame sooner.
const MOVE = "onpointerrawupdate" in window ? "pointerrawupdate" : "pointermove";
const NEAREST = 0.002; // points closer than this to the last one add nothing

/**
 * @param {HTMLCanvasElement} canvas a square one; the colour of its text is the colour of its ink
 * @param {{onDraw?: () => void, onStrokeEnd?: () => void}} callbacks onDraw: the drawing changed
 */
export function createCanvas(canvas, { onDraw = () => {}, onStrokeEnd = () => {} } = {}) {
  const context = canvas.getContext("2d");
  const settled = document.createElement("canvas"); // all strokes but the one under way
  const sheet = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const pen = { erase: false, width: 0.06 };
  let strokes = [];
  let undone = [];
  let current = null; // the stroke under way
  let pointer = null; // and the pointer that draws it
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
      if (stroke !== current) drawStroke(settled.getContext("2d"), stroke, scaled(side), colour);
    }
    paint();
  }

  function extend(event) {
    const samples = event.getCoalescedEvents?.() ?? [];
    for (const sample of samples.length ? samples : [event]) {
      const x = (sample.clientX - bounds.left) / bounds.width;
      const y = (sample.clientY - bounds.top) / bounds.height;
      const [lastX, lastY] = current.points.slice(-3);
      if (Math.hypot(x - lastX, y - lastY) < NEAREST) continue;
      // A mouse and most fingers report a constant; only a real pen presses.
      const thickness = sample.pointerType === "pen" ? 0.5 + sample.pressure : 1;
      current.points.push(x, y, thickness);
    }
  }

  function start(event) {
    if (pointer !== null || event.button > 0) return;
    const eraserEnd = event.pointerType === "pen" && (event.buttons & 32) !== 0;
    const erase = pen.erase || eraserEnd;
    if (erase && !visible().length) return; // nothing to erase
    canvas.setPointerCapture(event.pointerId);
    bounds = canvas.getBoundingClientRect();
    pointer = event.pointerId;
    current = { erase, width: pen.width, points: [] };
    extend(event);
    strokes.push(current);
    undone = [];
    paintSoon();
    onDraw();
  }

  function move(event) {
    if (event.pointerId !== pointer) return;
    const before = current.points.length;
    extend(event);
    if (current.points.length === before) return;
    paintSoon();
    onDraw();
  }

  function end(event) {
    if (event.pointerId !== pointer) return;
    drawStroke(settled.getContext("2d"), current, scaled(canvas.width), colour);
    current = pointer = null;
    paintSoon();
    onStrokeEnd();
  }

  function change(action) {
    if (pointer !== null || !action()) return;
    repaint();
    onDraw();
  }

  canvas.addEventListener("pointerdown", start);
  canvas.addEventListener(MOVE, move);
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  new ResizeObserver(repaint).observe(canvas);

  return {
    pen,
    repaint,
    undo: () => change(() => strokes.length && undone.push(strokes.pop())),
    redo: () => change(() => undone.length && strokes.push(undone.pop())),
    clear: () =>
      change(() => visible().length && strokes.push({ clear: true }) && ((undone = []), true)),
    canUndo: () => strokes.length > 0,
    canRedo: () => undone.length > 0,
    isDrawing: () => current !== null,
    strokeCount: () => visible().length,
    strokes: visible,

    /** Puts these strokes in the place of what is drawn; undo takes them away one by one. */
    restore: (saved) =>
      change(() => {
        if (visible().length) strokes.push({ clear: true });
        strokes.push(...saved);
        undone = [];
        return true;
      }),

    /** What there is to classify: a small PNG, black on white, as base64; null when empty. */
    picture() {
      let view = viewOf(boxOf(visible()));
      if (!view) return null;
      renderView(sheet, visible(), view);
      if (visible().some((stroke) => stroke.erase)) {
        // What is left may be far smaller than what was drawn: look closer.
        view = viewOf(inkBox(sheet, view));
        if (!view) return null;
        renderView(sheet, visible(), view);
      }
      return sheet.canvas.toDataURL("image/png").split(",")[1];
    },
  };
}

const scaled = (side) => ({ left: 0, top: 0, side: 1, scale: side });

/** Draws one stroke; view: what part of the drawing is shown, and how many pixels a side take. */
function drawStroke(context, stroke, view, colour) {
  const { points } = stroke;
  context.save();
  context.setTransform(view.scale, 0, 0, view.scale, -view.left * view.scale, -view.top * view.scale);
  context.globalCompositeOperation = stroke.erase ? "destination-out" : "source-over";
  context.strokeStyle = context.fillStyle = colour;
  context.lineCap = context.lineJoin = "round";
  if (points.length === 3) {
    context.beginPath();
    context.arc(points[0], points[1], (stroke.width * points[2]) / 2, 0, 2 * Math.PI);
    context.fill();
  }
  // Curves through the middles between points: no corners, whatever the pointer's rate.
  let [x, y] = points;
  let [fromX, fromY] = points;
  let thickness = null;
  for (let i = 3; i < points.length; i += 3) {
    const last = i + 3 >= points.length;
    const toX = last ? points[i] : (x + points[i]) / 2;
    const toY = last ? points[i + 1] : (y + points[i + 1]) / 2;
    if (points[i + 2] !== thickness) {
      if (thickness !== null) context.stroke();
      thickness = points[i + 2];
      context.lineWidth = stroke.width * thickness;
      context.beginPath();
      context.moveTo(fromX, fromY);
    }
    context.quadraticCurveTo(x, y, toX, toY);
    [x, y, fromX, fromY] = [points[i], points[i + 1], toX, toY];
  }
  if (thickness !== null) context.stroke();
  context.restore();
}

/** The drawing's part within `view`, black on white. */
function renderView(context, strokes, view) {
  const pixels = Math.round(view.side * view.scale);
  context.canvas.width = context.canvas.height = pixels; // this clears it too
  for (const stroke of strokes) drawStroke(context, stroke, view, "black");
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "white";
  context.fillRect(0, 0, pixels, pixels);
}

/** What the pen has touched, cut to the canvas; null when nothing. */
function boxOf(strokes) {
  const box = { left: 1, top: 1, right: 0, bottom: 0 };
  for (const stroke of strokes) {
    if (stroke.erase) continue;
    for (let i = 0; i < stroke.points.length; i += 3) {
      const x = stroke.points[i];
      const y = stroke.points[i + 1];
      const reach = (stroke.width * stroke.points[i + 2]) / 2;
      box.left = Math.min(box.left, x - reach);
      box.top = Math.min(box.top, y - reach);
      box.right = Math.max(box.right, x + reach);
      box.bottom = Math.max(box.bottom, y + reach);
    }
  }
  box.left = Math.max(box.left, 0);
  box.top = Math.max(box.top, 0);
  box.right = Math.min(box.right, 1);
  box.bottom = Math.min(box.bottom, 1);
  return box.left < box.right && box.top < box.bottom ? box : null;
}

/** Where the ink is in a rendered view, in units of the drawing; null when there is none. */
function inkBox(context, view) {
  const size = context.canvas.width;
  const { data } = context.getImageData(0, 0, size, size);
  const box = { left: size, top: size, right: 0, bottom: 0 };
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i += 4) {
      if (data[i] > 200) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x + 1);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y + 1);
    }
  }
  if (box.left >= box.right) return null;
  return {
    left: view.left + box.left / view.scale,
    right: view.left + box.right / view.scale,
    top: view.top + box.top / view.scale,
    bottom: view.top + box.bottom / view.scale,
  };
}

/** A square around a box with paper on all sides, and its scale in pixels a canvas side. */
function viewOf(box) {
  if (!box) return null;
  const longer = Math.max(box.right - box.left, box.bottom - box.top);
  const side = longer * (1 + 2 * MARGIN);
  return {
    left: (box.left + box.right - side) / 2,
    top: (box.top + box.bottom - side) / 2,
    side,
    scale: INK_SIDE / longer,
  };
}
