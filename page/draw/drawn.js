// What is drawn on the Draw tab, for other tabs that let one go on with it.

/** @type {{strokes: () => import("./strokes.js").Stroke[]}} */
export const drawn = { strokes: () => [] };
