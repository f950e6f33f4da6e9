// A row or grid of buttons of which one is chosen: one stop for Tab, arrow keys move within it.

/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * @param {HTMLElement} holder gets the role "radiogroup"
 * @param {HTMLElement[]} buttons may lie anywhere inside
 * @param {(index: number) => void} onChoose by pointer or key, not by mark()
 * @returns {{mark: (index: number) => void}} mark: show that one as chosen
 */
export function choices(holder, buttons, onChoose) {
  holder.setAttribute("role", "radiogroup");

  function mark(/** @type {number} */ index) {
    for (const [i, button] of buttons.entries()) {
      button.ariaChecked = String(i === index);
      button.tabIndex = i === index ? 0 : -1;
    }
  }

  for (const [i, button] of buttons.entries()) {
    button.setAttribute("role", "radio");
    button.addEventListener("click", () => (mark(i), onChoose(i)));
  }
  holder.onkeydown = (event) => {
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (at < 0) return;
    /** @type {Record<string, number>} */
    const ends = { Home: 0, End: buttons.length - 1 };
    const next = ends[event.key] ?? at + (STEPS[event.key] ?? 0);
    if (next === at || !buttons[next]) return;
    event.preventDefault();
    buttons[next].focus();
    buttons[next].click();
  };
  mark(0);
  return { mark };
}
