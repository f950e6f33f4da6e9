// Two thousand points and one's own, on a canvas: where they lie, and which are nearest.

import { contextOf } from "../dom.js";
import { placesOf } from "./nearest.js";

const SIDE = 720; // canvas pixels
const RIM = 28;

// Ten hues that are told apart in light and in dark; what they stand for is also written there.
const HUES = ["#4c78d8", "#e07b2a", "#2f9e5b", "#d1495b", "#8e6bd0", "#a0694b", "#d667a8", "#7d8694",
  "#a7a321", "#2aa6b8"]; // prettier-ignore

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("./nearest.js").Crowd} crowd
 */
export function createPlane(canvas, crowd) {
  canvas.width = canvas.height = SIDE;
  const context = contextOf(canvas);
  const dots = document.createElement("canvas"); // all but one's own: they change with the light alone
  dots.width = dots.height = SIDE;
  const places = placesOf(crowd);
  const [left, right, top, bottom] = [0, 1].flatMap((axis) => {
    const values = places.map((place) => place[axis]);
    return [Math.min(...values), Math.max(...values)];
  });
  const shown = places.map(onCanvas);

  /** Beyond the others is at their rim. @param {number[]} place @returns {number[]} */
  function onCanvas([x, y]) {
    const share = (/** @type {number} */ at, /** @type {number} */ from, /** @type {number} */ to) =>
      RIM + Math.max(-0.02, Math.min(1.02, (at - from) / (to - from))) * (SIDE - 2 * RIM);
    return [share(x, left, right), share(y, top, bottom)];
  }

  /** Where the middle of a label's points is. @param {number} label */
  function middleOf(label) {
    const own = shown.filter((_, i) => crowd.labels[i] === label);
    const median = (/** @type {number} */ axis) => own.map((place) => place[axis]).sort((a, b) => a - b)[own.length >> 1];
    return [median(0), median(1)];
  }

  const middles = Array.from({ length: 10 }, (_, label) => middleOf(label));

  function paintDots() {
    const brush = contextOf(dots);
    const style = getComputedStyle(canvas);
    brush.clearRect(0, 0, SIDE, SIDE);
    brush.globalAlpha = 0.75;
    shown.forEach(([x, y], i) => {
      brush.fillStyle = HUES[crowd.labels[i]];
      brush.beginPath();
      brush.arc(x, y, 4, 0, 7);
      brush.fill();
    });
    brush.globalAlpha = 1;
    brush.font = `700 44px ${style.fontFamily}`;
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    brush.lineWidth = 8;
    brush.lineJoin = "round";
    for (const [label, [x, y]] of middles.entries()) {
      brush.strokeStyle = style.backgroundColor;
      brush.fillStyle = style.color;
      brush.strokeText(`${label}`, x, y);
      brush.fillText(`${label}`, x, y);
    }
  }

  return {
    /** Light or dark has changed. */
    repaint: paintDots,

    /**
     * @param {number[]} place of one's own, on the plane
     * @param {number[]} near indices of the nearest
     */
    show(place, near) {
      const style = getComputedStyle(canvas);
      const [x, y] = onCanvas(place);
      context.clearRect(0, 0, SIDE, SIDE);
      context.drawImage(dots, 0, 0);
      context.strokeStyle = style.color;
      context.lineWidth = 2;
      context.beginPath();
      for (const index of near) {
        context.moveTo(x, y);
        context.lineTo(shown[index][0], shown[index][1]);
      }
      context.stroke();
      context.fillStyle = "#ff4d6d";
      context.lineWidth = 5;
      context.strokeStyle = style.backgroundColor;
      context.beginPath();
      context.arc(x, y, 13, 0, 7);
      context.stroke();
      context.fill();
    },

    /** The labels, those first whose points lie around that place. @param {number[]} place */
    around(place) {
      const [x, y] = onCanvas(place);
      const far = middles.map((middle) => Math.hypot(middle[0] - x, middle[1] - y));
      return [...far.keys()].sort((a, b) => far[a] - far[b]);
    },

    /** The one nearest to that point of the canvas, in shares of its side. @param {number} x @param {number} y */
    at(x, y) {
      const apart = shown.map((place) => Math.hypot(place[0] - x * SIDE, place[1] - y * SIDE));
      return apart.indexOf(Math.min(...apart));
    },
  };
}
