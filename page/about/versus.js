// What one network says of the picture, beside another.

import { barOf, fill } from "../answer/bars.js";
import { decideOne } from "../answer/decide.js";
import { make, one } from "../dom.js";
import { labelName, percent, t } from "../words/words.js";

const ANSWER = `<section class="answer"><h3></h3>
  <p class="verdict"><span class="winner"></span><span class="remark"></span></p>
  <div class="bars" role="list"></div></section>`;

/**
 * @param {import("../catalogue.js").Model} model
 * @param {Record<string, Float32Array>} outputs probabilities and energy
 * @param {Uint8Array} input the picture
 */
export function answerOf(model, outputs, input) {
  const probabilities = [...outputs.probabilities];
  const blank = input.every((grey) => !grey);
  const { label, probability, rejected } = decideOne(model, {
    probabilities,
    energy: outputs.energy[0],
    blank,
  });
  const { name, subject, recipe, labels } = model;
  const sure = percent(probability);
  const nearest = { label: `${labelName(label)}, ${sure}` };
  const section = make(ANSWER);
  Object.assign(section.dataset, { subject, label, rejected, model: name });
  section.classList.toggle("rejected", rejected);
  one(section, "h3").textContent = t(`shift.${recipe}`);
  one(section, ".winner").textContent = rejected ? t(`answer.no.${subject}`) : labelName(label);
  one(section, ".remark").textContent = rejected
    ? t("answer.nearest", nearest)
    : t("answer.sure", { share: sure });
  const rows = labels.map((text, i) => {
    const row = barOf(text);
    row.classList.toggle("best", text === label);
    fill(one(row, ".track"), probabilities[i]);
    one(row, ".number").textContent = percent(probabilities[i]);
    return row;
  });
  one(section, ".bars").append(...rows);
  return section;
}
