// The digits of a number as buttons: the chosen one is the one whose bars and steps are shown.

import { make } from "../dom.js";
import { choices } from "../labs/choices.js";

/**
 * @param {HTMLElement} holder what says the answer in large letters
 * @param {(index: number) => void} onChoose
 */
export function createDigits(holder, onChoose) {
  let laid = "";

  return {
    /** @param {string} number */
    show(number) {
      if (laid === number && holder.textContent === number) return;
      laid = number;
      const buttons = [...number].map((digit) => make(`<button class="digit">${digit}</button>`));
      holder.style.setProperty("--count", String(buttons.length));
      holder.replaceChildren(...buttons);
      choices(holder, buttons, onChoose);
    },

    /** No number: a word. @param {string} text */
    clear(text) {
      if (holder.textContent !== text || laid) holder.textContent = text;
      laid = "";
      holder.removeAttribute("role");
      holder.onkeydown = null;
    },
  };
}
