// A picture among others by what a network made of them: which are nearest, and where it lies on a
// plane. Plain numbers: no page, no host.

/**
 * What digits.safetensors holds (export/to_digits.py): count pictures of `size` features each.
 * far: the nearest is nearer than this for 99 of 100 digits.
 * @typedef {{features: Float32Array, labels: Float32Array, count: number, size: number,
 *   projection: Float32Array, far: number}} Crowd
 */

/**
 * @param {import("../hosts/safetensors.js").Arrays} arrays
 * @returns {Crowd}
 */
export function crowdOf({ features, labels, scale, projection, far }) {
  const [count, size] = features.shape;
  const values = features.values.map((value) => value * scale.values[0]);
  const plane = projection.values;
  return { features: values, labels: labels.values, count, size, projection: plane, far: far.values[0] };
}

/**
 * Those nearest to these features, by Euclidean distance, the nearest first.
 * @param {Crowd} crowd
 * @param {Float32Array} found
 * @param {number} most
 * @param {number} [label] of this label alone
 */
export function nearest({ features, labels, count, size }, found, most, label = -1) {
  const order = Array.from({ length: count }, (_, index) => ({ index, label: labels[index], apart: 0 }))
    .filter((one) => label < 0 || one.label === label);
  for (const one of order) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += (features[one.index * size + i] - found[i]) ** 2;
    one.apart = Math.sqrt(sum);
  }
  return order.sort((a, b) => a.apart - b.apart).slice(0, most);
}

/**
 * [across, down] on the plane of these features.
 * @param {Crowd} crowd
 * @param {Float32Array} found
 */
export function placeOf({ size, projection }, found) {
  const place = [0, 0];
  for (let i = 0; i < size; i++) {
    place[0] += found[i] * projection[2 * i];
    place[1] += found[i] * projection[2 * i + 1];
  }
  return place;
}

/** The places of all. @param {Crowd} crowd */
export const placesOf = (crowd) =>
  Array.from({ length: crowd.count }, (_, i) =>
    placeOf(crowd, crowd.features.subarray(i * crowd.size, (i + 1) * crowd.size)),
  );

/** The commonest label, of equally common ones the nearest's. @param {{label: number}[]} near */
export function majority(near) {
  const count = (/** @type {number} */ label) => near.filter((one) => one.label === label).length;
  return near.reduce((best, { label }) => (count(label) > count(best) ? label : best), near[0].label);
}
