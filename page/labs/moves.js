// A picture moved about.

export const REACH = 8; // pixels to each side
export const SIDE = 2 * REACH + 1;

/** Every [dx, dy] of −REACH…REACH: dy (downwards) in rows, dx (to the right) along them. */
export const MOVES = Array.from({ length: SIDE * SIDE }, (_, i) => [
  (i % SIDE) - REACH,
  Math.floor(i / SIDE) - REACH,
]);

/**
 * The 784 greys moved; what leaves the frame is lost.
 * @param {Uint8Array} greys
 * @param {number[]} move [to the right, downwards]
 */
export function moved(greys, [right, down]) {
  return greys.map((_, i) => {
    const [y, x] = [Math.floor(i / 28) - down, (i % 28) - right];
    return y >= 0 && y < 28 && x >= 0 && x < 28 ? greys[28 * y + x] : 0;
  });
}
