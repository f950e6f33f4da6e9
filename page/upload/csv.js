// The answers to many pictures as a table for a spreadsheet.

/**
 * A line of the table. Without a label there is no answer, and `error` says why.
 * @typedef {object} Line
 * @property {string} picture its name
 * @property {string} model
 * @property {string[]} labels of that network
 * @property {string} [label]
 * @property {number} [probability]
 * @property {boolean} [rejected]
 * @property {number[]} [probabilities]
 * @property {string} [error]
 */

/** @param {Line[]} lines each of any network */
export function toCsv(lines) {
  const labels = labelsOf(lines);
  const rows = [["picture", "model", "label", "probability", "rejected", ...labels, "error"]];
  for (const line of lines) {
    const { picture, model, label = "", probability, rejected = "", error = "" } = line;
    const others = labels.map((name) => digits(line.probabilities?.[line.labels.indexOf(name)]));
    rows.push([picture, model, label, digits(probability), String(rejected), ...others, error]);
  }
  return rows.map((row) => row.map(cell).join(",")).join("\r\n");
}

/** Those of the networks that answered; where none did, of those asked. @param {Line[]} lines */
function labelsOf(lines) {
  const answered = lines.filter(({ label }) => label !== undefined);
  return [...new Set((answered.length ? answered : lines).flatMap(({ labels }) => labels))];
}

/** As many digits as a float32 holds, on either host. @param {number | undefined} value */
const digits = (value) => (value === undefined ? "" : String(Number(value.toPrecision(7))));

/** An apostrophe in front keeps a spreadsheet from running a file's name as a formula. */
const cell = (/** @type {string} */ value) =>
  `"${value.replace(/^[=+@\t\r'-]/, "'$&").replaceAll('"', '""')}"`;
