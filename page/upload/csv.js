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

/** @param {Line[]} lines all of one network */
export function toCsv(lines) {
  const labels = lines[0]?.labels ?? [];
  const rows = [["picture", "model", "label", "probability", "rejected", ...labels, "error"]];
  for (const line of lines) {
    const { picture, model, label = "", probability, rejected = "", error = "" } = line;
    const numbers = [probability, ...(line.probabilities ?? labels.map(() => undefined))].map(digits);
    const [sure, ...others] = numbers;
    rows.push([picture, model, label, sure, String(rejected), ...others, error]);
  }
  return rows.map((row) => row.map(cell).join(",")).join("\r\n");
}

/** As many digits as a float32 holds, on either host. @param {number | undefined} value */
const digits = (value) => (value === undefined ? "" : String(Number(value.toPrecision(7))));

/** An apostrophe in front keeps a spreadsheet from running a file's name as a formula. */
const cell = (/** @type {string} */ value) =>
  `"${value.replace(/^[=+@\t\r'-]/, "'$&").replaceAll('"', '""')}"`;
