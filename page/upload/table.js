// Many pictures: a table of their answers, which can be saved as CSV.

import { drawInput } from "../answer/answer.js";
import { labelName, share, t } from "../shell.js";
import { showPicture, translated } from "./pictures.js";

/**
 * @param {HTMLElement} holder holds <tbody> and .csv; hidden while there are fewer than two
 * @param {(picture: object) => void} onChoose a row was chosen
 */
export function createTable(holder, onChoose) {
  const body = holder.querySelector("tbody");
  let pictures = [];
  const rowOf = (picture) => body.children[pictures.indexOf(picture)];

  function update(picture) {
    const row = rowOf(picture);
    if (!row) return;
    const { reply } = picture;
    showPicture(row.querySelector("img"), picture);
    const answered = reply && !reply.refusal;
    const [label, number] = row.querySelectorAll(".label, .number");
    row.classList.toggle("rejected", Boolean(reply?.refusal || reply?.rejected));
    if (answered) {
      const name = labelName(reply.label);
      label.textContent = reply.rejected ? `${t("upload.no")} (${name})` : name;
      drawInput(row.querySelector("canvas"), reply.input);
    } else {
      label.textContent = reply ? translated(reply.refusal) : "…";
    }
    number.textContent = answered ? share(reply.probability) : "";
  }

  holder.querySelector(".csv").addEventListener("click", () => save(toCsv(pictures)));

  return {
    update,
    list(all) {
      pictures = all;
      holder.hidden = all.length < 2;
      body.replaceChildren(...all.map((picture) => newRow(picture, onChoose)));
      all.forEach(update);
    },
    mark(chosen) {
      for (const picture of pictures) {
        rowOf(picture)?.querySelector("button").setAttribute("aria-pressed", picture === chosen);
      }
    },
  };
}

function newRow(picture, onChoose) {
  const row = document.createElement("tr");
  row.innerHTML = `<td><button class="thumb"><img alt=""><span></span></button></td>
    <td><canvas width="28" height="28"></canvas></td>
    <td class="label"></td><td class="number"></td>`;
  row.querySelector("span").textContent = picture.file.name;
  row.querySelector("button").addEventListener("click", () => onChoose(picture));
  return row;
}

function toCsv(pictures) {
  const answers = pictures.filter(({ reply }) => reply);
  const labels = answers.find(({ reply }) => reply.labels)?.reply.labels ?? [];
  const rows = [["picture", "model", "label", "probability", "rejected", ...labels, "error"]];
  for (const { file, reply } of answers) {
    const { model = "", label = "", probability = "", rejected = "", refusal = "" } = reply;
    const probabilities = reply.probabilities ?? labels.map(() => "");
    rows.push([file.name, model, label, probability, rejected, ...probabilities, refusal]);
  }
  // A leading quote keeps a spreadsheet from running a file's name as a formula.
  const cell = (value) => `"${String(value).replace(/^[=+@-]/, "'$&").replaceAll('"', '""')}"`;
  return rows.map((row) => row.map(cell).join(",")).join("\r\n");
}

function save(text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
  link.download = "sketch28.csv";
  link.click();
  URL.revokeObjectURL(link.href);
}
