// The steps from a picture to what the network sees, drawn from the numbers of the answer and from
// the picture that the page holds.

import { contextOf, make, one } from "../dom.js";
import { t } from "../words/words.js";
import { drawInput, pixelsOf } from "./bars.js";
import { stepsOf } from "./decide.js";

/** @typedef {import("../hosts/types.js").Ink} Ink */
/** @typedef {import("../hosts/types.js").Seen} Seen */
/** @typedef {Ink | HTMLImageElement | null} Original what was answered: a drawing, a picture */

const SIDE = 224; // pixels of a step's longer side
const MARGIN = 0.2; // paper around a drawing, which comes without, in shares of its longer side
const MARK = "#ff4040"; // of boxes and crosses

/**
 * @param {HTMLElement} holder
 * @param {string[]} atFirst the steps to make room for before there is anything to show
 */
export function createSteps(holder, atFirst) {
  /** @type {string[]} */
  let names = [];

  /** @param {string[]} wanted */
  function lay(wanted) {
    if (names.join() === wanted.join()) return;
    names = wanted;
    holder.replaceChildren(...names.map(figureOf));
    translate();
  }

  function translate() {
    for (const caption of holder.querySelectorAll("figcaption")) {
      caption.textContent = t(`step.${caption.dataset.step}`);
    }
  }

  /** @param {string} name */
  const canvasOf = (name) => one(holder, `.step-${name} canvas`, HTMLCanvasElement);

  lay(atFirst);
  return {
    translate,

    /**
     * @param {Seen} seen what is said of several digits is shown of the one that its own box,
     *   centre and input are of
     * @param {Original} source
     */
    show(seen, source) {
      lay(stepsOf(seen));
      for (const name of names) {
        if (name !== "input") drawStep(canvasOf(name), name, seen, source);
        tell(canvasOf(name), inWords(name, seen));
      }
      drawInput(canvasOf("input"), seen.input);
    },

    /** The last step alone: cheap enough for every answer. @param {Seen} seen */
    showInput: (seen) => drawInput(canvasOf("input"), seen.input),

    /** Nothing to show. */
    clear() {
      for (const canvas of holder.querySelectorAll("canvas")) {
        const context = canvas.getContext("2d");
        context?.resetTransform(); // drawStep()'s
        context?.clearRect(0, 0, canvas.width, canvas.height);
        tell(canvas, "");
      }
    },
  };
}

/** To those who hear the page; "": the caption says it all. */
export function tell(/** @type {HTMLCanvasElement} */ canvas, /** @type {string} */ words) {
  canvas.role = words ? "img" : null;
  canvas.ariaLabel = words || null;
}

/** Where a step has found what. @param {string} name @param {Seen} seen */
function inWords(name, { box, centre, input }) {
  if (name === "input") return brightInWords(input);
  if (!box) return "";
  const [left, top, right, bottom] = box;
  const [wide, high] = [right - left, bottom - top];
  if (name === "box" || name === "found") {
    return t("told.box", { wide: Math.round(wide), high: Math.round(high) });
  }
  if (name !== "centre" || !centre) return "";
  const [across, down] = [(centre[0] - left) / wide, (centre[1] - top) / high];
  return t("told.centre", { across: Math.round(100 * across), down: Math.round(100 * down) });
}

/** Which rows and columns of the 28 are not black. @param {Uint8Array} input */
export function brightInWords(input) {
  const places = [...input.keys()].filter((i) => input[i]);
  if (!places.length) return "";
  const [rows, columns] = [places.map((i) => Math.floor(i / 28) + 1), places.map((i) => (i % 28) + 1)];
  const ends = { top: Math.min(...rows), bottom: Math.max(...rows) };
  return t("told.input", { ...ends, left: Math.min(...columns), right: Math.max(...columns) });
}

/** @param {string} name */
function figureOf(name) {
  const side = name === "input" ? 28 : SIDE;
  return make(`<figure class="step step-${name}"><canvas width="${side}" height="${side}"></canvas>
    <figcaption data-step="${name}"></figcaption></figure>`);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} name of the step
 * @param {Seen} seen
 * @param {Original} source
 */
function drawStep(canvas, name, seen, source) {
  const context = contextOf(canvas);
  const view = viewOf(name, seen, source);
  const scale = SIDE / Math.max(view.width, view.height);
  canvas.width = Math.max(1, Math.round(view.width * scale)); // this clears it too
  canvas.height = Math.max(1, Math.round(view.height * scale));
  context.scale(scale, scale);
  context.translate(-view.left, -view.top);
  const ink = seen.mask && name !== "found" && name !== "crop" ? seen.mask : source;
  const [left, top, right, bottom] = seen.mask?.window ?? [0, 0, seen.width, seen.height];
  const covered = /** @type {const} */ ([left, top, right - left, bottom - top]);
  if (ink === source && source) context.drawImage(imageOf(source), 0, 0, seen.width, seen.height);
  else if (ink) context.drawImage(imageOf(ink), ...covered);
  if (name === "crop" && seen.mask) {
    context.globalCompositeOperation = "destination-in";
    context.drawImage(imageOf(seen.mask, true), ...covered);
  }
  context.strokeStyle = MARK;
  if (name === "box" || name === "centre" || name === "found") {
    context.lineWidth = 1 / scale;
    for (const digit of seen.digits) strokeBox(context, digit);
    context.lineWidth = 2.5 / scale;
    strokeBox(context, seen);
  }
  if (name === "centre" && seen.centre) strokeCross(context, seen.centre, 14 / scale);
}

/**
 * What part of the picture a step shows: the cut-out alone its box, ink alone where it was looked
 * for, a drawing paper around it.
 */
function viewOf(
  /** @type {string} */ name,
  /** @type {Seen} */ { width, height, box, mask },
  /** @type {Original} */ source,
) {
  if (mask && (name === "ink" || name === "centre")) {
    const [left, top, right, bottom] = mask.window;
    return { left, top, width: right - left, height: bottom - top };
  }
  if (name === "crop" && box) {
    const [left, top, right, bottom] = box;
    return { left, top, width: right - left, height: bottom - top };
  }
  const isInk = source !== null && "greys" in source;
  const margin = isInk ? MARGIN * Math.max(width, height) : 0;
  const side = Math.max(width, height) + 2 * margin;
  if (!isInk) return { left: 0, top: 0, width, height };
  return { left: (width - side) / 2, top: (height - side) / 2, width: side, height: side };
}

/**
 * @param {Ink | HTMLImageElement} source
 * @param {boolean} [asOpacity] greys become opacity
 */
function imageOf(source, asOpacity = false) {
  if (!("greys" in source)) return source;
  const pixels = pixelsOf(source);
  if (asOpacity) source.greys.forEach((grey, i) => (pixels.data[4 * i + 3] = grey));
  const canvas = new OffscreenCanvas(source.width, source.height);
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
  return canvas;
}

/** @param {CanvasRenderingContext2D} context @param {Pick<Seen, "box">} seen */
function strokeBox(context, { box }) {
  if (!box) return;
  const [left, top, right, bottom] = box;
  context.strokeRect(left, top, right - left, bottom - top);
}

/** @param {CanvasRenderingContext2D} context @param {number[]} centre @param {number} reach */
function strokeCross(context, [x, y], reach) {
  context.beginPath();
  context.moveTo(x - reach, y);
  context.lineTo(x + reach, y);
  context.moveTo(x, y - reach);
  context.lineTo(x, y + reach);
  context.stroke();
}
