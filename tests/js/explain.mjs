// Computes a network's stages and the arithmetic of many values as the page does, for pytest.
// On stdin {model: of the catalogue, weights: path, input: base64, outputs: {name: base64},
// places: {stage: [index]}}; on stdout {stages: [{…, values}], explained: {stage: [{…}]},
// splits: [{label, other, values, …}], each label alone and against the next, where there are any}.

import { readFileSync } from "node:fs";
import { parseSafetensors } from "../../page/hosts/safetensors.js";
import { arithmetic, walk } from "../../page/labs/arithmetic.js";
import { kernels } from "../../page/labs/kernels.js";
import { splitOf } from "../../page/why/split.js";

const asked = JSON.parse(readFileSync(0, "utf-8"));
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const whole = ({ buffer, byteOffset, byteLength }) => buffer.slice(byteOffset, byteOffset + byteLength);

const outputs = Object.fromEntries(
  Object.entries(asked.outputs).map(([name, text]) => [name, new Float32Array(whole(bytes(text)))]),
);
const learnt = kernels(asked.model, parseSafetensors(whole(readFileSync(asked.weights))));
const stages = walk(asked.model, bytes(asked.input), outputs, learnt);
const explained = Object.fromEntries(
  Object.entries(asked.places).map(([name, places]) => [
    name,
    places.map((index) => {
      const how = arithmetic(stages, name, index);
      return { ...how, inputs: [...how.inputs], weights: how.weights && [...how.weights] };
    }),
  ]),
);
const plain = stages.map(({ learnt: _, ...stage }) => ({ ...stage, values: [...stage.values] }));
const splits = asked.model.labels
  .flatMap((_, label) => [[label, -1], [label, (label + 1) % 10]]) // prettier-ignore
  .map(([label, other]) => ({ ...splitOf(stages, label, other), label, other }))
  .filter(({ values }) => values)
  .map((split) => ({ ...split, values: [...split.values] }));
process.stdout.write(JSON.stringify({ stages: plain, explained, splits }));
