// The format of the weights files (https://github.com/huggingface/safetensors): eight bytes that
// say how long the header is, the header in JSON, then the numbers of all arrays.

/** @typedef {{shape: number[], values: Float32Array}} Weights one array, in C order */
/** @typedef {Record<string, Weights>} Arrays all arrays of a file, by name */

/**
 * The float32 and uint8 arrays of a safetensors file; arrays of other kinds are left out.
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
    if (dtype !== "F32" && dtype !== "U8") continue; // "__metadata__" has no dtype
    const [start, end] = offsets.map((/** @type {number} */ at) => headerEnd + at);
    if (end > file.byteLength) throw new Error(`The numbers of ${name} are cut short.`);
    const values = dtype === "U8" ? bytes(file, start, end) : floats(view, start, (end - start) / 4);
    arrays[name] = { shape, values };
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

/** @param {ArrayBuffer} file @param {number} start @param {number} end */
const bytes = (file, start, end) => Float32Array.from(new Uint8Array(file, start, end - start));
