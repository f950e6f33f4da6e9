// A picture as numbers of 0..1: as the network sees it, or as large as it is.

import { ROOT } from "../catalogue.js";
import { contextOf } from "../dom.js";

/** @typedef {{values: Float32Array, width: number, height: number}} Greys */
/** @typedef {import("./picture.js").Picture} Picture */

const LARGEST = 240; // pixels of the longer side

/** What the network sees. @param {Uint8Array} input @returns {Greys} */
export const greysOf = (input) => scaled({ width: 28, height: 28, greys: input });

/**
 * The drawing or the photo itself, its box where one was found; of an example its file.
 * @param {Picture} picture
 * @returns {Promise<Greys>}
 */
export async function largeOf({ source, file, input, width, box }) {
  if (source && "greys" in source) return scaled(source);
  const address = file && new URL(`examples/${file}`, ROOT).href;
  const image = /** @type {HTMLImageElement | null} */ (source ?? (address ? await loaded(address) : null));
  if (!image?.naturalWidth) return greysOf(input); // a format that only the server can read
  const scale = width ? image.naturalWidth / width : 1;
  const [left, top, right, bottom] = box?.map((at) => at * scale) ?? [
    0, 0, image.naturalWidth, image.naturalHeight,
  ];
  return drawn(image, left, top, right - left, bottom - top);
}

/** @param {import("../hosts/types.js").Ink} picture @returns {Greys} */
const scaled = ({ width, height, greys }) => ({
  values: Float32Array.from(greys, (grey) => grey / 255),
  width,
  height,
});

/** @param {string} address */
async function loaded(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

/**
 * A part of a picture in greys, its longer side at most LARGEST.
 * @param {HTMLImageElement} image
 * @param {number} left
 * @param {number} top
 * @param {number} width
 * @param {number} height
 * @returns {Greys}
 */
function drawn(image, left, top, width, height) {
  const scale = Math.min(1, LARGEST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(3, Math.round(width * scale));
  canvas.height = Math.max(3, Math.round(height * scale));
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, left, top, width, height, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const values = Float32Array.from({ length: canvas.width * canvas.height }, (_, i) =>
    (0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]) / 255,
  );
  return { values, width: canvas.width, height: canvas.height };
}
