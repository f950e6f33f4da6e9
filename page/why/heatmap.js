// Numbers of an even grid over a picture, as colours with the outline of the ink upon them.

import { contextOf } from "../dom.js";
import { colourOf, css } from "../labs/colours.js";

const SCALE = 14; // canvas pixels a pixel of the picture
const OUTLINE = 110; // greys from here on are within the outline

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values side × side
 * @param {Uint8Array} input the picture
 */
export function paintGrid(canvas, values, input) {
  const side = Math.sqrt(values.length);
  const top = Math.max(...Array.from(values, Math.abs));
  const cell = (28 * SCALE) / side;
  canvas.width = canvas.height = 28 * SCALE;
  const context = contextOf(canvas);
  for (let i = 0; i < values.length; i++) {
    context.fillStyle = css(colourOf(values[i], top));
    context.fillRect((i % side) * cell, Math.floor(i / side) * cell, cell, cell);
  }
  outline(context, input);
}

/** Where ink meets paper: white, with a dark rim so that it is seen on any colour. */
function outline(/** @type {CanvasRenderingContext2D} */ context, /** @type {Uint8Array} */ input) {
  const inked = (/** @type {number} */ row, /** @type {number} */ column) =>
    row >= 0 && row < 28 && column >= 0 && column < 28 && input[28 * row + column] >= OUTLINE;
  context.beginPath();
  for (let row = 0; row <= 28; row++) {
    for (let column = 0; column <= 28; column++) {
      const [x, y] = [column * SCALE, row * SCALE];
      if (inked(row, column) !== inked(row - 1, column)) line(context, x, y, x + SCALE, y);
      if (inked(row, column) !== inked(row, column - 1)) line(context, x, y, x, y + SCALE);
    }
  }
  context.lineCap = "square";
  for (const [width, colour] of /** @type {[number, string][]} */ ([[5, "#0d1220"], [2, "#fff"]])) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

/** @param {CanvasRenderingContext2D} context @param {number[]} ends */
function line(context, ...[x, y, toX, toY]) {
  context.moveTo(x, y);
  context.lineTo(toX, toY);
}
