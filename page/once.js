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

/**
 * The same of many, by name.
 * @template T
 * @param {Map<string, Promise<T>>} kept
 * @param {string} name
 * @param {() => Promise<T>} begin
 * @returns {Promise<T>}
 */
export function onceEach(kept, name, begin) {
  let promise = kept.get(name);
  if (!promise) {
    promise = begin();
    kept.set(name, promise);
    promise.catch(() => kept.delete(name));
  }
  return promise;
}
