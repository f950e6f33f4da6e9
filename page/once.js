// What is fetched once for the whole page, and again after a failure.

/**
 * @template T
 * @param {() => Promise<T>} begin
 * @returns {() => Promise<T>}
 */
export function once(begin) {
  /** @type {Promise<T> | null} */
  let kept = null;
  return () =>
    (kept ??= begin().catch((error) => {
      kept = null;
      throw error;
    }));
}
