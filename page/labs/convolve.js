// A convolution as networks do it (the kernel is not turned round), in plain numbers.

/** Side of the output: how many places the kernel has, `stride` pixels apart. */
export const outputSide = (side, kernel, padding, stride) =>
  Math.floor((side + 2 * padding - kernel) / stride) + 1;

/**
 * @param {{values: ArrayLike<number>, width: number, height: number}} picture
 * @param {number[]} kernel k × k numbers, row by row
 * @param {{padding?: number, stride?: number}} options padding: zeros around the picture
 * @returns {{values: Float32Array, width: number, height: number}}
 */
export function convolve({ values, width, height }, kernel, { padding = 0, stride = 1 } = {}) {
  const k = Math.sqrt(kernel.length);
  const outWidth = outputSide(width, k, padding, stride);
  const outHeight = outputSide(height, k, padding, stride);
  const out = new Float32Array(outWidth * outHeight);
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      let sum = 0;
      for (let i = 0; i < kernel.length; i++) {
        const row = y * stride - padding + Math.floor(i / k);
        const column = x * stride - padding + (i % k);
        if (row < 0 || column < 0 || row >= height || column >= width) continue;
        sum += kernel[i] * values[row * width + column];
      }
      out[y * outWidth + x] = sum;
    }
  }
  return { values: out, width: outWidth, height: outHeight };
}
