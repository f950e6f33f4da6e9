// Kernels with a name, for any size from 1 × 1 to 7 × 7.

/** @typedef {import("./convolve.js").Kernel} Kernel */

export const SIDES = [1, 2, 3, 4, 5, 6, 7];

// Of three by three numbers, around the middle one.
const SMALL = {
  sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  emboss: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
};

/** @type {Record<string, (rows: number, columns: number) => number[]>} */
export const PRESETS = {
  sharpen: (rows, columns) => resized({ values: SMALL.sharpen, rows: 3, columns: 3 }, rows, columns),
  edges: (rows, columns) => grid(rows, columns, (_, __, middle) => (middle ? rows * columns - 1 : -1)),
  blur: (rows, columns) => {
    const [down, across] = [binomial(rows), binomial(columns)];
    return grid(rows, columns, (row, column) => down[row] * across[column]);
  },
  emboss: (rows, columns) => resized({ values: SMALL.emboss, rows: 3, columns: 3 }, rows, columns),
  same: (rows, columns) => grid(rows, columns, (_, __, middle) => Number(middle)),
};

/** The middle one of so many; of two the second, as padding to the same size has it. */
const middleOf = (/** @type {number} */ side) => Math.floor(side / 2);

/**
 * A kernel's numbers in another size, middle on middle: what is new is 0, what has no room is lost.
 * @param {Kernel} kernel
 * @param {number} rows
 * @param {number} columns
 */
export function resized({ values, rows: oldRows, columns: oldColumns }, rows, columns) {
  const [down, across] = [middleOf(oldRows) - middleOf(rows), middleOf(oldColumns) - middleOf(columns)];
  return grid(rows, columns, (row, column) => {
    const [y, x] = [row + down, column + across];
    return y >= 0 && x >= 0 && y < oldRows && x < oldColumns ? values[y * oldColumns + x] : 0;
  });
}

/**
 * @param {number} rows
 * @param {number} columns
 * @param {(row: number, column: number, middle: boolean) => number} valueAt
 */
function grid(rows, columns, valueAt) {
  return Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return valueAt(row, column, row === middleOf(rows) && column === middleOf(columns));
  });
}

/** A row of Pascal's triangle, which is nearly a bell, as shares of 1. @param {number} count */
function binomial(count) {
  let row = [1];
  while (row.length < count) row = [1, ...row.slice(1).map((value, i) => value + row[i]), 1];
  return row.map((value) => value / 2 ** (count - 1));
}
