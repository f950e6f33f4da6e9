// The format of the weights files (https://github.com/huggingface/safetensors): eight bytes that
// say how long the header is, the header in JSON, then the numbers of all arrays.

/** @typedef {{shape: number[], values: Float32Array}} Weights one array, in C order */
/** @typedef {Record<string, Weights>} Arrays all arrays of a file, by name */

/**
 * The float32, float16 and uint8 arrays of a safetensors file; arrays of other kinds are left out.
 * @param {ArrayBuffer} file
 * @returns {Arrays}
 * @throws {Error} when the file is cut short or is something else
 */
export function parseSafetensors(file) {
  const view = new DataView(file);
  const headerEnd = file.byteLength < 8 ? Infinity : 8 + Number(view.getBigUint64(0, true));
  if (headerEnd > file.byteLength) throw new Error("This is no whole safetensors file.");
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, headerEnd - 8)));
  /** @type {Arrays} */
  const arrays = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    const read = { F32: floats, F16: halves, U8: bytes }[/** @type {string} */ (dtype)];
    if (!read) continue; // "__metadata__" has no dtype
    const [start, end] = offsets.map((/** @type {number} */ at) => headerEnd + at);
    if (end > file.byteLength) throw new Error(`The numbers of ${name} are cut short.`);
    const count = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
    arrays[name] = { shape, values: read(view, start, count) };
  }
  return arrays;
}

/**
 * Little-endian float32, wherever they lie.
 * @param {DataView} view
 * @param {number} start
 * @param {number} count
 */
function floats(view, start, count) {
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(start + 4 * i, true));
}

/** @param {DataView} view @param {number} start @param {number} count */
const bytes = (view, start, count) =>
  Float32Array.from(new Uint8Array(view.buffer, start, count));

/**
 * Little-endian float16 (IEEE 754 binary16), which not every browser reads by itself.
 * @param {DataView} view
 * @param {number} start
 * @param {number} count
 */
function halves(view, start, count) {
  return Float32Array.from({ length: count }, (_, i) => half(view.getUint16(start + 2 * i, true)));
}

/** @param {number} bits */
function half(bits) {
  const [exponent, fraction] = [(bits >> 10) & 31, (bits & 1023) / 1024];
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction) : 2 ** -14 * fraction);
}
