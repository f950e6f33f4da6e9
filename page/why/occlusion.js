// What each part of a picture counts for: a window is blacked out, the network asked again, and what
// changes is the answer (Zeiler, Fergus 2014, "Visualizing and Understanding Convolutional
// Networks", section 4.2). Plain numbers: no page, no host.

export const CELLS = 14; // a side: cells of 2 × 2 pixels, so the window moves by two
const CELL = 2;
const AROUND = 1; // pixels that the window reaches beyond its cell

/**
 * Cells whose window holds ink, in reading order; a window of black alone changes nothing.
 * @param {Uint8Array} input 784 greys
 * @returns {{cells: number[], edits: number[][][]}} index 0..195 of each, and what blacks it out
 */
export function windowsOf(input) {
  /** @type {{cells: number[], edits: number[][][]}} */
  const found = { cells: [], edits: [] };
  for (let cell = 0; cell < CELLS * CELLS; cell++) {
    const edit = pixelsOf(cell, AROUND).filter((at) => input[at]).map((at) => [at, 0]);
    if (!edit.length) continue;
    found.cells.push(cell);
    found.edits.push(edit);
  }
  return found;
}

/**
 * Indices of a cell's pixels, and of those around it.
 * @param {number} cell
 * @param {number} [around]
 */
export function pixelsOf(cell, around = 0) {
  const [top, left] = [CELL * Math.floor(cell / CELLS), CELL * (cell % CELLS)].map((at) => at - around);
  const side = CELL + 2 * around;
  return Array.from({ length: side * side }, (_, i) => [top + Math.floor(i / side), left + (i % side)])
    .filter(([row, column]) => row >= 0 && row < 28 && column >= 0 && column < 28)
    .map(([row, column]) => 28 * row + column);
}

/**
 * A logit, or how far it is above another one.
 * @param {ArrayLike<number>} logits ten for each picture
 * @param {number} picture
 * @param {number} label
 * @param {number} other -1: none
 */
export const scoreOf = (logits, picture, label, other) =>
  logits[10 * picture + label] - (other < 0 ? 0 : logits[10 * picture + other]);

/**
 * What each cell adds to a score: what is lost without its window.
 * @param {ArrayLike<number>} whole the ten logits of the picture as it is
 * @param {ArrayLike<number>} hidden ten for each of the cells
 * @param {number[]} cells
 * @param {number} label
 * @param {number} [other]
 * @returns {Float64Array} 196, 0 where there is no ink
 */
export function countsOf(whole, hidden, cells, label, other = -1) {
  const counts = new Float64Array(CELLS * CELLS);
  const score = scoreOf(whole, 0, label, other);
  cells.forEach((cell, i) => (counts[cell] = score - scoreOf(hidden, i, label, other)));
  return counts;
}

/**
 * Cells that hold ink themselves, those that count most first.
 * @param {Uint8Array} input
 * @param {ArrayLike<number>} counts
 */
export const strongest = (input, counts) =>
  Array.from({ length: CELLS * CELLS }, (_, cell) => cell)
    .filter((cell) => pixelsOf(cell).some((at) => input[at]))
    .sort((a, b) => counts[b] - counts[a]);
