// A visitor's file -> upright pixels of a size worth working on, decoded by the browser.

import { MOST_BYTES, Refusal } from "./refusal.js";

const MOST_PIXELS = 60_000_000; // as models/decode.py has it

/**
 * @typedef {{width: number, height: number, rgba: Uint8ClampedArray}} Pixels  row by row
 */

/**
 * @param {Blob} file
 * @param {number} side the longer side is reduced to this
 * @returns {Promise<Pixels>}
 * @throws {Refusal} it cannot be read here
 */
export async function pixelsOf(file, side) {
  if (!file.size) throw new Refusal("empty");
  if (file.size > MOST_BYTES) throw new Refusal("large", { megabytes: MOST_BYTES / 2 ** 20 });
  const picture = await decoded(file);
  try {
    if (picture.width * picture.height > MOST_PIXELS) {
      throw new Refusal("pixels", { megapixels: MOST_PIXELS / 1e6 });
    }
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const [width, height] = [picture.width, picture.height].map((length) =>
      Math.max(1, Math.round(length * scale)),
    );
    const context = surface(width, height);
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, width, height);
    return { width, height, rgba: context.getImageData(0, 0, width, height).data };
  } finally {
    picture.close();
  }
}

/** Upright, as its EXIF says. @param {Blob} file */
async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    const start = new Uint8Array(await file.slice(0, 1024).arrayBuffer());
    throw new Refusal(reasonOf(start));
  }
}

/**
 * Why a file cannot be read, by how it begins; as models/decode.py tells it.
 * @param {Uint8Array} start
 * @returns {string} key of a refusal
 */
export function reasonOf(start) {
  const text = String.fromCharCode(...start);
  if (text.slice(4, 8) === "ftyp") return "film"; // HEIC and AVIF too
  const words = text.trimStart().toLowerCase();
  if (words.startsWith("%pdf")) return "pdf";
  if (words.includes("<svg")) return "svg";
  return /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|BM)/s.test(text) ? "damaged" : "format";
}

/**
 * @param {number} width
 * @param {number} height
 */
function surface(width, height) {
  /** @type {OffscreenCanvas | HTMLCanvasElement} */
  let canvas;
  if ("OffscreenCanvas" in globalThis) {
    canvas = new OffscreenCanvas(width, height);
  } else {
    canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
  }
  return /** @type {OffscreenCanvasRenderingContext2D} */ (
    canvas.getContext("2d", { willReadFrequently: true })
  );
}
