// What an answer says, from numbers alone: label, probability, whether it is any of the ten.

/** @typedef {import("../hosts/types.js").Seen} Seen */

/**
 * label: the likeliest, also where it is none of the ten. rejected: it is none, or nothing is there.
 * @typedef {{label: string, probability: number, rejected: boolean}} Decision
 */

/**
 * @param {{labels: string[], rejection_threshold: number | null}} model
 * @param {Pick<Seen, "probabilities" | "energy" | "blank" | "evidence" | "shows">} seen
 * @returns {Decision}
 */
export function decide({ labels, rejection_threshold: threshold }, seen) {
  const { probabilities, energy, blank, evidence, shows } = seen;
  const probability = Math.max(...probabilities);
  const least = threshold ?? -Infinity;
  return {
    label: labels[probabilities.indexOf(probability)],
    probability,
    rejected: blank || shows === "neither" || (evidence ?? energy - least) < 0,
  };
}

/**
 * The steps to show of what was seen, by the keys of their words.
 * @param {Pick<Seen, "kind" | "mask" | "centre">} seen
 */
export function stepsOf({ kind, mask, centre }) {
  if (kind === "sketch") return ["ink", "box", "centre", "input"];
  if (kind === "sample") return ["input"];
  if (!mask) return ["whole", "input"];
  return centre ? ["found", "ink", "centre", "input"] : ["found", "mask", "crop", "input"];
}
