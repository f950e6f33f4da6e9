// A logit taken apart, exactly: where only weights lie between the last maps and the logits, every
// place of these maps adds a number of its own, and all of them with the bias are the logit. Behind
// a global average pooling these are class activation maps (Zhou, Khosla, Lapedriza, Oliva, Torralba
// 2016, "Learning Deep Features for Discriminative Localization"). Plain numbers: no page, no host.

import { stageNamed } from "../labs/arithmetic.js";

/** @typedef {import("../labs/arithmetic.js").Stage} Stage */
/**
 * values: what each place adds, row by row; sum: of all of them; result: sum and bias together.
 * maps, stage: how many maps were added up, and the name of the stage that they are.
 * @typedef {{values: Float64Array, height: number, width: number, sum: number, bias: number,
 *   result: number, maps: number, stage: string}} Split
 */

/**
 * @param {Stage[]} stages what walk() returned
 * @param {number} label
 * @param {number} [other] its logit is taken off; -1: none
 * @returns {Split | null} null where something else lies between
 */
export function splitOf(stages, label, other = -1) {
  const logits = stageNamed(stages, "logits");
  const source = lastMaps(stages, logits);
  if (!source || !logits.learnt) return null;
  const { maps, height, width, values, name } = source.stage;
  const { weight, bias } = logits.learnt;
  const features = weight.length / bias.length;
  const weightAt = (/** @type {number} */ i) =>
    weight[label * features + i] - (other < 0 ? 0 : weight[other * features + i]);
  const added = new Float64Array(height * width);
  for (let i = 0; i < values.length; i++) {
    const map = Math.floor(i / added.length);
    const share = source.averaged ? weightAt(map) / added.length : weightAt(i);
    added[i % added.length] += share * values[i];
  }
  const sum = added.reduce((a, b) => a + b, 0);
  const constant = bias[label] - (other < 0 ? 0 : bias[other]);
  return { values: added, height, width, sum, bias: constant, result: sum + constant, maps, stage: name };
}

/**
 * The maps that the logits are weighted sums of, or of whose means.
 * @param {Stage[]} stages
 * @param {Stage} logits
 */
function lastMaps(stages, logits) {
  const flat = stageNamed(stages, logits.sources[0]);
  if (flat.op !== "flatten") return null;
  const stage = stageNamed(stages, flat.sources[0]);
  if (stage.vector) return null;
  if (stage.op !== "average" || stage.height > 1) {
    return stage.height > 1 && stage.op !== "input" && stage.op !== "normalise"
      ? { stage, averaged: false }
      : null;
  }
  return { stage: stageNamed(stages, stage.sources[0]), averaged: true };
}
