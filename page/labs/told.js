// What a picture of numbers shows, in words: for those who hear the page.

import { t } from "../words/words.js";
import { number } from "./colours.js";

const SIDES = [["top.left", "top", "top.right"], ["left", "middle", "right"],
  ["bottom.left", "bottom", "bottom.right"]]; // prettier-ignore

/**
 * The range of a map's numbers, and where the largest magnitudes lie.
 * @param {ArrayLike<number>} values row by row
 * @param {number} width
 */
export function mapInWords(values, width) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  if (!(low < high)) return t("map.even", { value: number(values[0] ?? 0, 2) });
  const range = t("map.range", { low: number(low, 2), high: number(high, 2) });
  if (width < 3 || values.length < 3 * width) return range; // no room for a place
  const place = placeInWords(Array.from(values, Math.abs), width);
  return `${range} ${t("map.where", { place })}`;
}

/**
 * Which ninth of the picture adds most, what takes away left out: "top left".
 * @param {ArrayLike<number>} values row by row
 * @param {number} [width] by default that of a square
 * @returns {string} "" where none adds anything
 */
export function placeInWords(values, width) {
  const ninth = ninthOf(values, width);
  return ninth < 0 ? "" : t(`place.${SIDES[Math.floor(ninth / 3)][ninth % 3]}`);
}

/**
 * 0..8 in reading order; -1 where nothing is above 0.
 * @param {ArrayLike<number>} values row by row
 * @param {number} [width] by default that of a square
 */
export function ninthOf(values, width = Math.sqrt(values.length)) {
  const height = values.length / width;
  const sums = new Float64Array(9);
  for (let i = 0; i < values.length; i++) {
    const row = Math.floor((3 * Math.floor(i / width)) / height);
    sums[3 * row + Math.floor((3 * (i % width)) / width)] += Math.max(0, values[i]);
  }
  const most = Math.max(...sums);
  return most > 0 ? sums.indexOf(most) : -1;
}
