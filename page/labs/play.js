// Play: a window slides by itself over a picture, left to right and top to bottom, while what it makes
// grows. Under reduced motion nothing moves by itself; one step at a time still does.

import { isShown, make, one } from "../dom.js";
import { t } from "../words/words.js";

const ROWS = "play.rows";
/** Steps a second; by the fastest a whole row at once, so many rows. @type {Record<string, number>} */
const PACES = { "play.slow": 3, "play.medium": 15, [ROWS]: 5 };

const BAR = `
<div class="play" role="group" data-t-label="play">
  <button class="tool wide run" aria-pressed="false"></button>
  <button class="tool wide next" data-t="play.step"></button>
  <button class="tool wide whole" data-t="play.whole" disabled></button>
  <label class="choice"><span data-t="play.pace"></span><select name="pace">
    ${Object.keys(PACES).map((pace) => `<option value="${pace}" data-t="${pace}"></option>`).join("")}
  </select></label>
  <p class="small still" data-t="play.still" hidden></p>
  <p class="said only-heard" role="status"></p>
</div>`;

/**
 * @typedef {object} Slide
 * @property {() => {rows: number, columns: number}} size of the output, as it is now
 * @property {(row: number, column: number, playing: boolean) => void} onStep the window lies there now;
 *   all before it is done
 * @property {() => void} onWhole nothing slides any more: the output is whole
 */

/**
 * @param {Slide} slide
 * @returns {{bar: HTMLElement, reset: () => void, translate: () => void}} reset: the output has changed
 */
export function createPlay({ size, onStep, onWhole }) {
  const bar = make(BAR);
  const [run, next, whole] = [".run", ".next", ".whole"].map((name) =>
    one(bar, name, HTMLButtonElement),
  );
  const pace = one(bar, "select", HTMLSelectElement);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let at = -1; // the place reached, row by row; -1: nothing slides
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const count = () => size().rows * size().columns;

  function tell(/** @type {string} */ key) {
    one(bar, ".said").textContent = t(key, { done: at + 1, all: count() });
  }

  function mark() {
    const playing = timer !== undefined;
    run.ariaPressed = String(playing);
    run.textContent = t(playing ? "play.pause" : "play.run");
    run.disabled = still.matches;
    one(bar, ".still").hidden = !still.matches;
    whole.disabled = at < 0;
    bar.dataset.at = String(at);
  }

  function pause() {
    clearTimeout(timer);
    timer = undefined;
    mark();
  }

  /** Where the window lies next; the whole rest of the row at once where rows are played. */
  function following() {
    const { columns } = size();
    const row = Math.floor((at + 1) / columns);
    return timer !== undefined && pace.value === ROWS ? (row + 1) * columns - 1 : at + 1;
  }

  function advance() {
    at = following();
    if (at >= count()) return end();
    const { columns } = size();
    onStep(Math.floor(at / columns), at % columns, timer !== undefined);
    mark();
  }

  /** The output is whole; the window rests where it was last. */
  function end() {
    at = -1;
    pause();
    tell("play.done");
    onWhole();
  }

  function tick() {
    timer = setTimeout(() => {
      if (!isShown(bar)) return pause();
      tick();
      advance();
    }, 1000 / PACES[pace.value]);
  }

  function start() {
    if (still.matches || !count()) return;
    tick();
    advance();
  }

  run.addEventListener("click", () => (timer === undefined ? start() : (pause(), tell("play.done.part"))));
  next.addEventListener("click", () => (pause(), count() && advance()));
  whole.addEventListener("click", end);
  still.addEventListener("change", pause);
  pace.value = "play.medium";
  mark();

  return {
    bar,
    translate: mark,
    reset() {
      const slid = at >= 0;
      at = -1;
      pause();
      if (slid) onWhole();
    },
  };
}
