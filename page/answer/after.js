// Below an answer: the way to its reasons, and the visitor's word for what it is.

import { make, one } from "../dom.js";
import { labelName, t, translate } from "../words/words.js";
import { again } from "./last.js";

const AFTER = `<div class="after">
  <a class="tool wide" href="#why" data-t="after.why"></a>
  <label class="choice"><span data-t="after.truth"></span><select><option value="">…</option></select></label>
</div>`;

/**
 * @param {HTMLElement} panel of the answer; its id is where the answer is kept
 * @returns {{lay: (labels: string[]) => void, show: (shown: boolean) => void}} lay: in that network's
 *   labels; show: there is an answer, or none
 */
export function createAfter(panel) {
  const after = make(AFTER);
  const select = one(after, "select", HTMLSelectElement);
  panel.append(after);
  one(after, "a").addEventListener("click", () => again(panel.id));
  select.addEventListener("change", () => {
    if (!select.value) return;
    again(panel.id, select.value);
    location.hash = "why";
    document.dispatchEvent(new Event("page:tab")); // it may be the address already
  });

  return {
    lay(labels) {
      translate(after);
      select.replaceChildren(new Option("…", ""), ...labels.map((label) => new Option(labelName(label), label)));
      select.ariaLabel = t("after.truth");
    },
    show(shown) {
      after.classList.toggle("none", !shown);
      if (select.value) select.value = "";
    },
  };
}
