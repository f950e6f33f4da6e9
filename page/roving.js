// Many buttons, one stop for Tab: arrow keys, Home and End move among them.

import { all, isShown } from "./dom.js";

/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * Makes one stop of the buttons in there, also of those that come later; those that are disabled
 * are passed over.
 * @param {HTMLElement} holder
 */
export function oneStop(holder) {
  const buttons = () =>
    /** @type {HTMLButtonElement[]} */ (all(holder, "button")).filter((button) => !button.disabled);
  /** @type {HTMLElement | undefined} */
  let stop;

  function settle() {
    const found = buttons();
    if (!stop || !found.includes(/** @type {HTMLButtonElement} */ (stop))) stop = found[0];
    for (const button of all(holder, "button")) button.tabIndex = button === stop ? 0 : -1;
  }

  holder.addEventListener("focusin", ({ target }) => {
    stop = /** @type {HTMLElement} */ (target);
    settle();
  });
  holder.addEventListener("keydown", (event) => {
    const found = buttons().filter(isShown);
    const at = found.findIndex((button) => button === document.activeElement);
    const step = STEPS[event.key];
    const next = { Home: 0, End: found.length - 1 }[event.key] ??
      (step && (at + step + found.length) % found.length);
    if (at < 0 || next === undefined) return;
    event.preventDefault(); // or the key scrolls as well
    found[next].focus();
  });
  new MutationObserver(settle).observe(holder, {
    attributeFilter: ["disabled"],
    childList: true,
    subtree: true,
  });
  settle();
}
