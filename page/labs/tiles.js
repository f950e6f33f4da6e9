// The kernels of a first convolution as tiles, each with what it makes of a picture.

import { make, one } from "../dom.js";
import { t } from "../words/words.js";
import { colourOf, paint } from "./colours.js";
import { convolve } from "./convolve.js";
import { mapInWords } from "./told.js";

/** @typedef {import("./moments.js").Then} Then */

/**
 * @param {Then} then
 * @param {{values: ArrayLike<number>, width: number, height: number}} picture as the convolution takes it
 * @param {number} padding
 */
export function tilesOf({ kernels, biases, count, side }, picture, padding) {
  const size = side * side;
  const numbers = Array.from({ length: count }, (_, i) => kernels.subarray(i * size, (i + 1) * size));
  const maps = numbers.map((values, i) => {
    const made = convolve(picture, { values: [...values], rows: side, columns: side }, { padding });
    return { ...made, values: made.values.map((value) => value + biases[i]) };
  });
  const [strongest, brightest] = [kernels, maps.flatMap(({ values }) => [...values])].map(largest);
  return numbers.map((values, i) => {
    const tile = make(`<figure class="tile"><canvas class="made"></canvas><canvas class="map"></canvas></figure>`);
    const [kernel, map] = [".made", ".map"].map((name) => one(tile, name, HTMLCanvasElement));
    paint(kernel, values, side, side, (value) => colourOf(value, strongest));
    paint(map, maps[i].values, maps[i].width, maps[i].height, (value) => colourOf(value, brightest));
    tile.title = t("inside.map", { map: i + 1 });
    const [kernelTold, made] = [mapInWords(values, side), mapInWords(maps[i].values, maps[i].width)];
    tile.ariaLabel = t("learning.tile", { map: i + 1, kernel: kernelTold, made });
    tile.role = "img";
    return tile;
  });
}

/** The largest magnitude. @param {Iterable<number>} values */
function largest(values) {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
