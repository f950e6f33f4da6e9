// Many pictures: a table of their answers, which can be saved as CSV.

import { drawInput } from "../answer/bars.js";
import { brightInWords, tell } from "../answer/steps.js";
import { make, one } from "../dom.js";
import { labelName, refusalText, percent, t } from "../words/words.js";
import { toCsv } from "./csv.js";
import { showPicture } from "./pictures.js";

/** @typedef {import("./pictures.js").Picture} Picture */
/** @typedef {import("./pictures.js").Reply} Reply */

const ROW = `
<tr><td><button class="thumb"><img alt="" width="48" height="48"><span></span></button></td>
  <td><canvas width="28" height="28"></canvas></td>
  <td class="label"></td><td class="number"></td></tr>`;

/**
 * @param {HTMLElement} holder holds <tbody> and .csv; hidden while there are fewer than two
 * @param {(picture: Picture) => void} onChoose a row was chosen
 */
export function createTable(holder, onChoose) {
  const body = one(holder, "tbody");
  /** @type {Map<Picture, HTMLElement>} */
  let rows = new Map();

  /** @param {Picture} picture */
  function update(picture) {
    const row = rows.get(picture);
    if (!row) return;
    const { reply } = picture;
    showPicture(one(row, "img", HTMLImageElement), picture);
    const { decision, seen } = reply ?? {};
    row.classList.toggle("rejected", Boolean(reply && (decision?.rejected ?? true)));
    const label = one(row, ".label", HTMLTableCellElement);
    const number = one(row, ".number");
    label.textContent = reply ? textOf(reply) : "…";
    number.textContent = decision ? percent(decision.probability) : "";
    number.hidden = Boolean(reply) && !decision; // a sentence takes its room
    label.colSpan = number.hidden ? 2 : 1;
    const canvas = one(row, "canvas", HTMLCanvasElement);
    drawInput(canvas, seen?.input);
    tell(canvas, seen ? brightInWords(seen.input) : "");
  }

  one(holder, ".csv").addEventListener("click", () => save(toCsv(lines(rows.keys()))));

  return {
    update,

    /** @param {Picture[]} pictures */
    list(pictures) {
      holder.hidden = pictures.length < 2;
      rows = new Map(pictures.map((picture) => [picture, newRow(picture, onChoose)]));
      body.replaceChildren(...rows.values());
      pictures.forEach(update);
    },

    /** @param {Picture | null} chosen */
    mark(chosen) {
      for (const [picture, row] of rows) {
        one(row, "button").ariaPressed = String(picture === chosen);
      }
    },
  };
}

/** What there is to say in one line. @param {Reply} reply */
function textOf({ decision, refusal }) {
  if (!decision) return refusal ? refusalText(refusal) : t("answer.late");
  const name = labelName(decision.label);
  return decision.rejected ? `${t("upload.no")} (${name})` : name;
}

/** @param {Picture} picture @param {(picture: Picture) => void} onChoose */
function newRow(picture, onChoose) {
  const row = make(ROW);
  one(row, "span").textContent = picture.file.name;
  one(row, "button").addEventListener("click", () => onChoose(picture));
  return row;
}

/** @param {Iterable<Picture>} pictures @returns {import("./csv.js").Line[]} of those answered */
function lines(pictures) {
  return [...pictures].flatMap(({ file, reply }) => {
    if (!reply) return [];
    const { model, decision, seen } = reply;
    const line = { picture: file.name, model: model.name, labels: model.labels };
    // Of a number there is no probability of each of the ten.
    const answer = { ...decision, ...(seen?.digits.length ? {} : { probabilities: seen?.probabilities }) };
    return { ...line, ...(decision ? answer : { error: textOf(reply) }) };
  });
}

/** @param {string} text */
function save(text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
  link.download = "sketch28.csv";
  link.click();
  URL.revokeObjectURL(link.href);
}
