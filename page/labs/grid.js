// A picture of cells of which one is pointed at, by pointer or arrow keys.

import { one } from "../dom.js";

/** @type {Record<string, number[]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * Lets the visitor point at the cells of a .frame, which holds a .cursor.
 * @param {HTMLElement} frame
 * @param {() => {rows: number, columns: number}} size of the picture now
 * @param {(row: number, column: number) => void} onPoint
 * @returns {{moveTo: (row: number, column: number) => void}} moveTo: points there, within the picture
 */
export function pointing(frame, size, onPoint) {
  let [row, column] = [0, 0];

  function moveTo(/** @type {number} */ newRow, /** @type {number} */ newColumn) {
    const { rows, columns } = size();
    row = Math.max(0, Math.min(rows - 1, newRow));
    column = Math.max(0, Math.min(columns - 1, newColumn));
    setCursor(one(frame, ".cursor"), { row, column, side: 1 }, { rows, columns });
    onPoint(row, column);
  }

  function fromPointer(/** @type {PointerEvent} */ { clientX, clientY }) {
    const box = frame.getBoundingClientRect();
    const { rows, columns } = size();
    moveTo(
      Math.floor(((clientY - box.top) / box.height) * rows),
      Math.floor(((clientX - box.left) / box.width) * columns),
    );
  }

  frame.addEventListener("pointerdown", fromPointer);
  frame.addEventListener("pointermove", fromPointer);
  frame.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    moveTo(row + step[0], column + step[1]);
  });
  return { moveTo };
}

/**
 * Puts a frame around side × wide cells; it may reach over the edge.
 * @param {HTMLElement} cursor
 * @param {{row: number, column: number, side: number, wide?: number}} place
 * @param {{rows: number, columns: number}} size of the picture
 */
export function setCursor({ style }, { row, column, side, wide = side }, { rows, columns }) {
  style.inset = `${(100 * row) / rows}% auto auto ${(100 * column) / columns}%`;
  style.width = `${(100 * wide) / columns}%`;
  style.height = `${(100 * side) / rows}%`;
}
