// What another tab wants Inside to show: a map of a stage of a network.

/** @typedef {{model: string, stage: string, map: number}} Wanted */

/** @type {Wanted | null} */
let wanted = null;

/** Opens Inside there. @param {Wanted} place */
export function lookInside(place) {
  wanted = place;
  /** @type {HTMLElement | null} */ (document.querySelector("#tab-inside"))?.click();
}

/** The network that is wanted, if any. */
export const wantedModel = () => wanted?.model ?? "";

/** What is wanted of that network, once. @param {string} model */
export function takeWanted(model) {
  if (wanted?.model !== model) return null;
  const taken = wanted;
  wanted = null;
  return taken;
}
