// A convolution as networks do it (the kernel is not turned round) and pooling, in plain numbers.

/** @typedef {{values: ArrayLike<number>, width: number, height: number}} Plane */
/** @typedef {{values: number[], rows: number, columns: number}} Kernel numbers row by row */
/** @typedef {{padding?: number, stride?: number}} Steps padding: zeros around the picture */

/** Side of the output: how many places the kernel has, `stride` pixels apart; below 1: none. */
export const outputSide = (side, kernel, padding, stride) =>
  Math.floor((side + 2 * padding - kernel) / stride) + 1;

/**
 * The shape of the output; nothing where the kernel does not fit.
 * @param {Plane} picture
 * @param {{rows: number, columns: number}} kernel
 * @param {Steps} steps
 */
export function outputShape({ width, height }, { rows, columns }, { padding = 0, stride = 1 }) {
  const outHeight = Math.max(0, outputSide(height, rows, padding, stride));
  const outWidth = Math.max(0, outputSide(width, columns, padding, stride));
  return outHeight && outWidth ? { height: outHeight, width: outWidth } : { height: 0, width: 0 };
}

/**
 * @param {Plane} picture
 * @param {Kernel} kernel
 * @param {Steps} steps
 * @returns {{values: Float32Array, width: number, height: number}}
 */
export function convolve(picture, kernel, steps = {}) {
  const { height, width } = outputShape(picture, kernel, steps);
  const { padding = 0, stride = 1 } = steps;
  const values = new Float32Array(height * width).map((_, i) => {
    const row = Math.floor(i / width) * stride - padding;
    return productsAt(picture, kernel, row, (i % width) * stride - padding);
  });
  return { values, width, height };
}

/**
 * The sum of the products where the kernel's first number lies on that pixel; what reaches over the
 * edge is 0.
 * @param {Plane} picture
 * @param {Kernel} kernel
 * @param {number} top
 * @param {number} left
 */
function productsAt({ values: greys, width, height }, { values, rows, columns }, top, left) {
  let sum = 0;
  for (let y = Math.max(0, -top); y < rows && top + y < height; y++) {
    for (let x = Math.max(0, -left); x < columns && left + x < width; x++) {
      sum += values[y * columns + x] * greys[(top + y) * width + left + x];
    }
  }
  return sum;
}

/**
 * The largest number of every side × side pixels, or their mean; what does not fit is left out.
 * @param {Plane} picture
 * @param {number} side
 * @param {"max" | "average"} kind
 * @returns {{values: Float32Array, width: number, height: number}}
 */
export function pool({ values: given, width, height }, side, kind) {
  const [outWidth, outHeight] = [Math.floor(width / side), Math.floor(height / side)];
  const values = new Float32Array(outWidth * outHeight).map((_, i) => {
    const corner = Math.floor(i / outWidth) * side * width + (i % outWidth) * side;
    let [most, sum] = [-Infinity, 0];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const value = given[corner + y * width + x];
        most = Math.max(most, value);
        sum += value;
      }
    }
    return kind === "max" ? most : sum / side ** 2;
  });
  return { values, width: outWidth, height: outHeight };
}
