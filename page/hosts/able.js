// What a browser must be able to do to answer by itself.

// The smallest module that holds an instruction on 128 bits (i8x16.splat, i8x16.popcnt).
const SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
];

/** @returns {string} what it lacks, or "" */
export function missing() {
  if (typeof WebAssembly !== "object") return "WebAssembly";
  if (!WebAssembly.validate(new Uint8Array(SIMD))) return "WebAssembly SIMD";
  return "createImageBitmap" in globalThis ? "" : "createImageBitmap";
}
