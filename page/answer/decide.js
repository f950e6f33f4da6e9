// What an answer says, from numbers alone: label, probability, whether it is any of the ten.

/** @typedef {import("../hosts/types.js").Seen} Seen */

/**
 * label: the likeliest, also where it is none of the ten. rejected: it is none, or nothing is there.
 * @typedef {{label: string, probability: number, rejected: boolean}} Decision
 */

/** @typedef {{labels: string[], rejection_threshold: number | null}} Model */

/**
 * Of several digits: the number, the least of their probabilities, whether one of them is none.
 * @param {Model} model
 * @param {Pick<Seen, "probabilities" | "energy" | "blank" | "rejected" | "digits"
 *   | "evidence" | "opinions">} seen
 * @returns {Decision}
 */
export function decide(model, seen) {
  const away = (seen.evidence ?? 0) < 0;
  if (!seen.digits.length) {
    // Where two answer together the evidence is of both: the network's energy is part of it.
    const decision = decideOne(model, seen.opinions ? { ...seen, energy: Infinity } : seen);
    return { ...decision, rejected: seen.rejected || away || decision.rejected };
  }
  const each = seen.digits.map((digit) => decideOne(model, digit));
  return {
    label: each.map(({ label }) => label).join(""),
    probability: Math.min(...each.map(({ probability }) => probability)),
    rejected: away || each.some(({ rejected }) => rejected),
  };
}

/**
 * @param {Model} model
 * @param {{probabilities: number[], energy: number, blank?: boolean}} one
 * @returns {Decision}
 */
export function decideOne(model, { probabilities, energy, blank = false }) {
  const probability = Math.max(...probabilities);
  const threshold = model.rejection_threshold;
  return {
    label: model.labels[probabilities.indexOf(probability)],
    probability,
    rejected: blank || (threshold !== null && energy < threshold),
  };
}

/**
 * How much speaks for one of the ten, less what is needed: below 0 the picture is turned away. Null
 * where the network never turns one away, or several digits have a say each.
 * @param {Model} model
 * @param {Pick<Seen, "energy" | "digits" | "blank" | "kind" | "evidence" | "opinions">} seen
 */
export function evidenceOf({ rejection_threshold: threshold }, seen) {
  if (threshold === null || seen.digits.length || seen.blank) return null;
  const alone = seen.opinions ? Infinity : seen.energy - threshold;
  return Math.min(seen.evidence ?? Infinity, alone);
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
