// Numbers as colours: below zero blue, zero dark, above zero amber; and greys for the picture.

import { contextOf } from "../dom.js";

/** @typedef {number[]} RGB three of 0..255 */

const DARK = [13, 18, 32];
const ABOVE = [[214, 122, 30], [255, 243, 214]];
const BELOW = [[47, 100, 224], [205, 226, 255]];

/** @param {RGB} a @param {RGB} b @param {number} part */
const between = (a, b, part) => a.map((value, i) => Math.round(value + (b[i] - value) * part));

/**
 * @param {number} value
 * @param {number} top the magnitude that gets the brightest colour
 * @returns {RGB}
 */
export function colourOf(value, top) {
  const size = Math.min(1, Math.abs(value) / (top || 1)) ** 0.7;
  const [middle, bright] = value < 0 ? BELOW : ABOVE;
  return size < 0.6 ? between(DARK, middle, size / 0.6) : between(middle, bright, (size - 0.6) / 0.4);
}

const NOT_YET = [70, 78, 96];

/** That colouring, where NaN stands for a number that is not there yet. @param {(value: number) => RGB} colour */
export const untilNow = (colour) => (/** @type {number} */ value) =>
  Number.isNaN(value) ? NOT_YET : colour(value);

/** RGB of a grey of 0..1. @param {number} value @returns {RGB} */
export const greyOf = (value) => Array(3).fill(Math.round(255 * Math.max(0, Math.min(1, value))));

// Relative luminance (WCAG 2.2) at which black and white can be read equally well: 4.6 : 1.
const EVEN = Math.sqrt(1.05 * 0.05) - 0.05;

/** Black or white, whichever can be read better on that colour. @param {RGB} colour */
export function inkOn(colour) {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > EVEN ? "#000" : "#fff";
}

/** @param {RGB} rgb */
export const css = (rgb) => `rgb(${rgb.join(" ")})`;

/**
 * Paints height × width numbers, pixel by pixel.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values
 * @param {number} width
 * @param {number} height
 * @param {(value: number) => RGB} colour
 */
export function paint(canvas, values, width, height, colour) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    image.data.set(colour(values[i] ?? 0), 4 * i);
    image.data[4 * i + 3] = 255;
  }
  contextOf(canvas).putImageData(image, 0, 0);
}

/** @type {Uint32Array | null} */
let ofBytes = null; // the pixel of each int8, made when it is first asked for

/**
 * Numbers as pixels, 127 as the brightest colour: cheap enough to follow a moving pen.
 * @param {Int8Array} values
 * @returns {Uint32Array<ArrayBuffer>} RGBA, little-endian
 */
export function pixelsOfBytes(values) {
  const table = (ofBytes ??= Uint32Array.from({ length: 256 }, (_, i) => {
    const [r, g, b] = colourOf((i << 24) >> 24, 127);
    return (255 << 24) | (b << 16) | (g << 8) | r;
  }));
  return Uint32Array.from(values, (value) => table[value & 255]);
}

/** A number for people: enough digits to check the arithmetic, no more. */
export function number(/** @type {number} */ value, digits = 3) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) ? `−${text}` : text;
}
