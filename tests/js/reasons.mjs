// What the Why tab computes of many pictures, for pytest. On stdin {windows: [base64]} or
// {strongest: [{input: base64, whole, found, cells, label, other}]}; on stdout a list of
// {cells, edits}, or of cells in their order.

import { readFileSync } from "node:fs";
import { countsOf, strongest, windowsOf } from "../../page/why/occlusion.js";

const asked = JSON.parse(readFileSync(0, "utf-8"));
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const told = asked.windows
  ? asked.windows.map((input) => windowsOf(bytes(input)))
  : asked.strongest.map(({ input, whole, found, cells, label, other }) =>
      strongest(bytes(input), countsOf(whole, found, cells, label, other)),
    );
process.stdout.write(JSON.stringify(told));
