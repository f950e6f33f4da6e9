// The pen digits that a drawing is shown among: fetched once, when they are first looked at.

import { ROOT } from "../catalogue.js";
import { parseSafetensors } from "../hosts/safetensors.js";
import { once } from "../once.js";
import { crowdOf } from "./nearest.js";

const COLUMNS = 50; // digits in a row of the sheet
export const NETWORK = "mnist"; // whose features they are, and of which output: export/to_digits.py
export const FEATURES = "pool3";

/** Their features and places, and the sheet that they are drawn on. */
export const crowd = once(async () => {
  const [reply, sheet] = await Promise.all([fetch(new URL("why/digits.safetensors", ROOT)), sheetOf()]);
  if (!reply.ok) throw new Error(`digits.safetensors: ${reply.status}`);
  return { ...crowdOf(parseSafetensors(await reply.arrayBuffer())), sheet };
});

async function sheetOf() {
  const image = new Image();
  image.src = new URL("why/digits.png", ROOT).href;
  await image.decode();
  return image;
}

/**
 * One of them as a small picture.
 * @param {HTMLImageElement} sheet
 * @param {number} index
 */
export function pictureOf(sheet, index) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 28;
  const [x, y] = [28 * (index % COLUMNS), 28 * Math.floor(index / COLUMNS)];
  canvas.getContext("2d")?.drawImage(sheet, x, y, 28, 28, 0, 0, 28, 28);
  return canvas;
}
