// Small grids of numbers on their colours: a window, a kernel, and their products side by side.

import { all, make, one } from "../dom.js";
import { t } from "../words/words.js";
import { css, inkOn, number } from "./colours.js";

/** @typedef {{title: string, values: Float32Array, colour: (value: number) => number[]}} Numbers */

/**
 * k × k numbers.
 * @param {Numbers} numbers
 * @param {number} k
 * @param {number} [marked] the index of one that stands out
 */
export function gridOf({ title, values, colour }, k, marked = -1) {
  const figure = make(`<figure class="numbers" data-k="${k}"><figcaption></figcaption>
    <div style="--k: ${k}"></div></figure>`);
  one(figure, "figcaption").textContent = title;
  const cells = Array.from(values, (value, i) => {
    const cell = make(`<span></span>`);
    const rgb = colour(value);
    cell.textContent = number(value, 2);
    cell.style.background = css(rgb);
    cell.style.color = inkOn(rgb);
    cell.classList.toggle("marked", i === marked);
    return cell;
  });
  one(figure, "div").append(...cells);
  return figure;
}

/**
 * [window × kernel = products, one of these products in words]: the largest, or the one pointed at.
 * Where there is no room for so many numbers, their colours are shown and this one is read.
 * @param {Numbers} window
 * @param {Numbers} kernel
 * @param {Numbers} products
 * @param {number} k
 */
export function productsOf(window, kernel, products, k) {
  const row = make(`<div class="grids side-by-side"></div>`);
  const [first, ...others] = [window, kernel, products].map((numbers) => gridOf(numbers, k));
  row.append(first, sign("×"), others[0], sign("="), others[1]);
  const line = make(`<p class="line one" aria-hidden="true"></p>`); // each number is there to be read
  const grids = [first, ...others].map((grid) => all(grid, "span"));

  function point(/** @type {number} */ index) {
    for (const cells of grids) cells.forEach((cell, i) => cell.classList.toggle("marked", i === index));
    const [a, b, product] = [window, kernel, products].map(({ values }) => number(values[index], 4));
    line.textContent = t("sum.one", { a, b, product });
  }
  function follow(/** @type {PointerEvent} */ { target }) {
    const index = grids.map((cells) => cells.indexOf(/** @type {HTMLElement} */ (target)));
    if (Math.max(...index) >= 0) point(Math.max(...index));
  }
  row.addEventListener("pointerover", follow);
  row.addEventListener("pointerdown", follow);
  const sizes = products.values.map(Math.abs);
  point(sizes.indexOf(Math.max(...sizes)));
  return [row, line];
}

const sign = (/** @type {string} */ text) =>
  make(`<span class="sign" aria-hidden="true">${text}</span>`);
