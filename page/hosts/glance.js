// What the layers of a network make of a picture, small enough to be asked for under a moving pen:
// the strongest maps of every stage that has maps.

/** @typedef {import("../catalogue.js").Model} Model */
/** @typedef {import("./types.js").Glance} Glance */

export const MAPS = 4; // of each stage
const TOP = 127; // of an int8

/** The stages that have maps, in the order of execution. @param {Model} model */
export const stagesOf = ({ outputs }) => Object.keys(outputs).filter((name) => outputs[name].length === 3);

/**
 * @param {Model} model
 * @param {Record<string, Float32Array>} outputs of its stages, for one picture
 * @returns {Glance[]}
 */
export function glancesOf(model, outputs) {
  return stagesOf(model).map((stage) => {
    const [count, height, width] = model.outputs[stage];
    const size = height * width;
    const mapOf = (/** @type {number} */ i) => outputs[stage].subarray(i * size, (i + 1) * size);
    const strengths = Array.from({ length: count }, (_, i) => largest(mapOf(i)));
    const byStrength = strengths.map((_, i) => i).sort((a, b) => strengths[b] - strengths[a]);
    const maps = byStrength.slice(0, MAPS).sort((a, b) => a - b);
    const scale = TOP / (strengths[byStrength[0]] || 1);
    const values = new Int8Array(maps.length * size);
    maps.forEach((map, i) => {
      mapOf(map).forEach((value, j) => (values[i * size + j] = Math.round(value * scale)));
    });
    return { stage, maps, height, width, values };
  });
}

/**
 * As serve/glances.py packs them.
 * @param {Model} model
 * @param {ArrayBuffer} packed
 * @returns {Glance[]}
 */
export function unpacked(model, packed) {
  let from = 0;
  return stagesOf(model).map((stage) => {
    const [count, height, width] = model.outputs[stage];
    const some = Math.min(MAPS, count);
    const maps = [...new Uint8Array(packed, from, some)];
    const values = new Int8Array(packed, from + some, some * height * width);
    from += some + values.length;
    return { stage, maps, height, width, values };
  });
}

/** The largest magnitude. @param {Float32Array} values */
function largest(values) {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}
