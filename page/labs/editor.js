// A kernel that the visitor types: its numbers in a grid, and how many rows and columns it has.

import { make, one } from "../dom.js";
import { t } from "../words/words.js";
import { PRESETS, resized, SIDES } from "./presets.js";

/** @typedef {import("./convolve.js").Kernel} Kernel */

const GRID = `
<div class="kernel-grid">
  <div class="sides"><select name="rows"></select><span aria-hidden="true">×</span>
    <select name="columns"></select></div>
  <div class="numbers-in" role="group" data-t-label="filters.kernel"></div>
</div>`;

/**
 * @param {() => void} onChange a number or a side, by the visitor
 */
export function createEditor(onChange) {
  const element = make(GRID);
  const [rows, columns] = ["rows", "columns"].map((name) => one(element, `[name=${name}]`, HTMLSelectElement));
  const holder = one(element, ".numbers-in");
  let preset = ""; // the one that the numbers are, in whatever size
  /** @type {Kernel} */
  let kernel = { values: [0], rows: 1, columns: 1 };

  for (const select of [rows, columns]) {
    select.append(...SIDES.map((side) => new Option(String(side))));
    select.addEventListener("change", () => {
      const [high, wide] = [Number(rows.value), Number(columns.value)];
      const values = preset ? PRESETS[preset](high, wide) : resized(kernel, high, wide);
      lay({ values, rows: high, columns: wide });
      onChange();
    });
  }

  function lay(/** @type {Kernel} */ wanted) {
    kernel = wanted;
    [rows.value, columns.value] = [String(kernel.rows), String(kernel.columns)];
    holder.style.setProperty("--columns", String(kernel.columns));
    holder.dataset.columns = String(kernel.columns);
    holder.replaceChildren(...kernel.values.map(cellOf));
    translate();
  }

  function cellOf(/** @type {number} */ value, /** @type {number} */ index) {
    const cell = /** @type {HTMLInputElement} */ (
      make(`<input type="number" step="any" inputmode="text">`)
    );
    cell.value = String(Number(value.toFixed(6)));
    cell.addEventListener("input", () => {
      kernel.values[index] = Number(cell.value) || 0;
      preset = sameAs();
      onChange();
    });
    return cell;
  }

  /** Which preset the numbers are, if any. */
  function sameAs() {
    const { values, rows: high, columns: wide } = kernel;
    const found = Object.keys(PRESETS).filter((name) => PRESETS[name](high, wide).join() === values.join());
    return found.includes(preset) ? preset : (found[0] ?? "");
  }

  function translate() {
    [rows.ariaLabel, columns.ariaLabel] = [t("filters.rows"), t("filters.columns")];
    [...holder.children].forEach((cell, i) => {
      const [row, column] = [Math.floor(i / kernel.columns), i % kernel.columns];
      cell.ariaLabel = t("filters.cell", { row: row + 1, column: column + 1 });
    });
  }

  return {
    element,
    translate,
    kernel: () => kernel,
    preset: () => preset,

    /** Takes the numbers of a preset, in the size that is chosen. @param {string} name */
    choose(name) {
      preset = name;
      const { rows: high, columns: wide } = kernel;
      lay({ values: PRESETS[name](high, wide), rows: high, columns: wide });
    },

    /** @param {number} high @param {number} wide @param {string} name of a preset */
    start(high, wide, name) {
      preset = name;
      lay({ values: PRESETS[name](high, wide), rows: high, columns: wide });
    },
  };
}
