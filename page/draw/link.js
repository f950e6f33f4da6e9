// A drawing as a link. Its strokes lie in the address's fragment, which no browser sends to a
// server: a drawing that is passed on, too, is kept nowhere.
//
// The text (see ../sealed.js) is of bytes: FORMAT, the strokes (see canvas.js).
// A stroke: 1 to erase + 2 if the pen presses, width in 1/1000, number of points, points. A point:
// steps from the one before in 1/1024 of the side and, if the pen presses, thickness in 1/100.

import { sealed, unsealed } from "../sealed.js";

const FORMAT = 1;
const UNIT = 1024;
const FAR = 4 * UNIT; // strokes may leave the canvas, but no further
const SPACINGS = [0.006, 0.01, 0.016, 0.03]; // between points: the first that makes a link short
const SHORT = 1500; // characters
const LONGEST = 6000;
const START = "#drawing=";

/** @typedef {import("./strokes.js").Stroke} Stroke */

/**
 * The address of a page that opens with these strokes; null when they are too many for one.
 * @param {Stroke[]} strokes
 */
export function linkTo(strokes) {
  let text = "";
  for (const spacing of SPACINGS) {
    text = packed(strokes, spacing);
    if (text.length <= SHORT) break;
  }
  // Without the query: on a Space it may hold a key to a private page.
  return text.length > LONGEST ? null : location.origin + location.pathname + START + text;
}

/** The strokes in this page's address, which begins its fragment with START; [] when damaged. */
export function strokesHere() {
  try {
    return unpacked(location.hash.slice(START.length));
  } catch {
    return []; // cut short in a chat, written by a later version, or meant to do harm
  }
}

/**
 * Hands a link to the device. Resolves to what it did with it; "" when the visitor gave up.
 * @param {string} url
 */
export async function handOver(url) {
  const data = { title: document.title, url };
  try {
    if (navigator.canShare?.(data)) return await navigator.share(data).then(() => "passed");
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return "";
  }
  try {
    await navigator.clipboard.writeText(url);
    return "copied";
  } catch {
    return "shown"; // a frame may be allowed neither
  }
}

/** @param {number} share */
const whole = (share) => Math.max(-FAR, Math.min(FAR, Math.round(share * UNIT)));

/**
 * @param {Stroke[]} strokes
 * @param {number} spacing
 */
export function packed(strokes, spacing) {
  const bytes = [FORMAT];
  /** @param {number} number */
  function put(number) {
    for (; number > 127; number >>= 7) bytes.push((number & 127) | 128);
    bytes.push(number);
  }
  for (const { erase, width, points } of strokes) {
    const kept = thinned(points, spacing);
    const presses = kept.some((point) => point[2] !== 1);
    [Number(erase) + 2 * Number(presses), Math.round(1000 * width), kept.length].forEach(put);
    let from = [0, 0];
    for (const [x, y, thickness] of kept) {
      const to = [whole(x), whole(y)];
      to.map((at, i) => at - from[i]).forEach((step) => put(step < 0 ? -2 * step - 1 : 2 * step));
      if (presses) put(Math.round(100 * thickness));
      from = to;
    }
  }
  return sealed(bytes);
}

/**
 * Even points rather than corners: the curves drawn through them would cut a lone corner off.
 * @param {number[]} points
 * @param {number} spacing
 */
function thinned(points, spacing) {
  /** @type {number[][]} */
  const kept = [];
  for (let i = 0; i < points.length; i += 3) {
    const [x, y] = kept.at(-1) ?? [];
    const near = Math.hypot(points[i] - x, points[i + 1] - y) < spacing;
    if (!near || i + 3 >= points.length) kept.push(points.slice(i, i + 3));
  }
  return kept;
}

/**
 * @param {string} text
 * @returns {Stroke[]}
 * @throws {RangeError | DOMException} it was cut short, altered, or never was a drawing
 */
export function unpacked(text) {
  const bytes = unsealed(text, LONGEST);
  if (bytes.shift() !== FORMAT) throw new RangeError();
  /** @param {number} least @param {number} most */
  function take(least, most) {
    let number = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      if (!bytes.length || shift > 14) throw new RangeError();
      const byte = bytes.shift() ?? 0;
      more = byte > 127;
      number |= (byte & 127) << shift;
    }
    if (number < least || number > most) throw new RangeError();
    return number;
  }
  /** @param {number} from */
  function step(from) {
    const number = take(0, 4 * FAR);
    const to = from + (number & 1 ? -(number + 1) / 2 : number / 2);
    if (Math.abs(to) > FAR) throw new RangeError();
    return to;
  }
  /** @type {Stroke[]} */
  const strokes = [];
  while (bytes.length) {
    const flags = take(0, 3);
    /** @type {Stroke} */
    const stroke = { erase: (flags & 1) === 1, width: take(1, 250) / 1000, points: [] };
    let [x, y] = [0, 0];
    for (let left = take(1, LONGEST); left; left--) {
      [x, y] = [step(x), step(y)];
      stroke.points.push(x / UNIT, y / UNIT, flags & 2 ? take(10, 200) / 100 : 1);
    }
    strokes.push(stroke);
  }
  return strokes;
}
