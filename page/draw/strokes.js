// Strokes on any surface, and the ink of a drawing as numbers.
//
// A drawing is a list of strokes in units of the canvas's side, so it survives any resize. Clearing
// is a stroke too, so it can be undone.

/** @typedef {import("../hosts/types.js").Ink} Ink */

/**
 * @typedef {object} Stroke
 * @property {boolean} [clear] true: all before it is gone; it has no points
 * @property {boolean} erase
 * @property {number} width in shares of the canvas's side
 * @property {number[]} points x, y, thickness, x, y, thickness, ...
 */

/** What part of a drawing is shown, and how many pixels a canvas's side then takes. */
/** @typedef {{left: number, top: number, scale: number}} View */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

const INK_SIDE = 100; // pixels of the ink's longer side: five times what a network sees
const LEAST_OPACITY = 55; // of 255: fainter pixels are no ink when the eraser has been used

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke} stroke
 * @param {View} view
 * @param {string} colour
 */
export function drawStroke(context, stroke, view, colour) {
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
  let thickness = 0;
  for (let i = 3; i < points.length; i += 3) {
    const last = i + 3 >= points.length;
    const toX = last ? points[i] : (x + points[i]) / 2;
    const toY = last ? points[i + 1] : (y + points[i + 1]) / 2;
    if (points[i + 2] !== thickness) {
      if (thickness) context.stroke();
      thickness = points[i + 2];
      context.lineWidth = stroke.width * thickness;
      context.beginPath();
      context.moveTo(fromX, fromY);
    }
    context.quadraticCurveTo(x, y, toX, toY);
    [x, y, fromX, fromY] = [points[i], points[i + 1], toX, toY];
  }
  if (thickness) context.stroke();
  context.restore();
}

/**
 * What there is to classify; null when there is no ink.
 * @param {CanvasRenderingContext2D} sheet to draw on; what it holds is lost
 * @param {Stroke[]} strokes
 * @returns {Ink | null}
 */
export function inkOf(sheet, strokes) {
  let box = boxOf(strokes);
  if (!box) return null;
  let ink = render(sheet, strokes, box);
  if (strokes.some((stroke) => stroke.erase)) {
    // What is left may be far smaller than what was drawn: look closer.
    box = inkBox(ink, box);
    if (!box) return null;
    ink = render(sheet, strokes, box);
  }
  return ink;
}

/** @param {Box} box */
const scaleOf = ({ left, top, right, bottom }) => INK_SIDE / Math.max(right - left, bottom - top);

/**
 * The part of the drawing within `box`.
 * @param {CanvasRenderingContext2D} sheet
 * @param {Stroke[]} strokes
 * @param {Box} box
 * @returns {Ink}
 */
function render(sheet, strokes, box) {
  const scale = scaleOf(box);
  const width = Math.max(1, Math.round((box.right - box.left) * scale));
  const height = Math.max(1, Math.round((box.bottom - box.top) * scale));
  Object.assign(sheet.canvas, { width, height }); // this clears it too
  for (const stroke of strokes) {
    drawStroke(sheet, stroke, { left: box.left, top: box.top, scale }, "black");
  }
  const { data } = sheet.getImageData(0, 0, width, height);
  const greys = new Uint8Array(width * height);
  for (let i = 0; i < greys.length; i++) greys[i] = data[4 * i + 3]; // opacity is ink
  return { width, height, greys };
}

/**
 * What the pen has touched, cut to the canvas; null when nothing.
 * @param {Stroke[]} strokes
 * @returns {Box | null}
 */
export function boxOf(strokes) {
  const box = { left: 1, top: 1, right: 0, bottom: 0 };
  for (const { erase, width, points } of strokes) {
    if (erase) continue;
    for (let i = 0; i < points.length; i += 3) {
      const reach = (width * points[i + 2]) / 2;
      box.left = Math.min(box.left, points[i] - reach);
      box.top = Math.min(box.top, points[i + 1] - reach);
      box.right = Math.max(box.right, points[i] + reach);
      box.bottom = Math.max(box.bottom, points[i + 1] + reach);
    }
  }
  const { min, max } = Math;
  const cut = {
    left: max(box.left, 0),
    top: max(box.top, 0),
    right: min(box.right, 1),
    bottom: min(box.bottom, 1),
  };
  return cut.left < cut.right && cut.top < cut.bottom ? cut : null;
}

/**
 * Where the ink is in what was rendered of `view`, in units of the drawing; null when there is none.
 * @param {Ink} ink
 * @param {Box} view
 * @returns {Box | null}
 */
export function inkBox({ width, height, greys }, view) {
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (greys[i] < LEAST_OPACITY) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x + 1);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y + 1);
    }
  }
  if (box.left >= box.right) return null;
  const scale = scaleOf(view);
  return {
    left: view.left + box.left / scale,
    right: view.left + box.right / scale,
    top: view.top + box.top / scale,
    bottom: view.top + box.bottom / scale,
  };
}
