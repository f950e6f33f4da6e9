// Ten bars, one a label; and the 28 × 28 picture that they are about.

import { make, one } from "../dom.js";
import { labelName } from "../words/words.js";

/** A row of the bars: .name, .track, .number. @param {string} label "" where it is not known yet */
export function barOf(label) {
  const row = make(`<div class="bar" role="listitem"><span class="name"></span>
    <span class="track"></span><span class="number"></span></div>`);
  one(row, ".name").textContent = label && labelName(label);
  return row;
}

/** Shows a share of 0..1 as the length of a bar. @param {HTMLElement} track @param {number} share */
export const fill = (track, share) => {
  track.style.backgroundSize = `${(100 * share).toFixed(1)}% 100%`;
};

/**
 * Greys as opaque pixels.
 * @param {{width: number, height: number, greys: Uint8Array}} picture
 */
export function pixelsOf({ width, height, greys }) {
  const pixels = new ImageData(width, height);
  const words = new Uint32Array(pixels.data.buffer);
  for (let i = 0; i < greys.length; i++) words[i] = (255 << 24) | (0x10101 * greys[i]);
  return pixels;
}

const NOTHING = new Uint8Array(28 * 28);

/**
 * Paints what a network sees onto a 28 × 28 canvas; black when there is nothing.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array | null} [input]
 */
export function drawInput(canvas, input) {
  const pixels = pixelsOf({ width: 28, height: 28, greys: input ?? NOTHING });
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
}
