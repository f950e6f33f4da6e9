// What another tab wants Inside to show: a map of a stage of a network.

/** @typedef {{model: string, subject: string, stage: string, map: number}} Wanted */

/** @type {Wanted | null} */
let wanted = null;

/** Opens Inside there. @param {Wanted} place */
export function lookInside(place) {
  wanted = place;
  /** @type {HTMLElement | null} */ (document.querySelector("#tab-inside"))?.click();
}

export const isWanted = () => wanted !== null;

/** What is wanted of pictures of that subject. @param {string} subject */
export const wantedOf = (subject) => (wanted?.subject === subject ? wanted : null);

/** It is shown, or cannot be. */
export function dropWanted() {
  wanted = null;
}
