// Ink or pixels -> what a digit network sees of the digit, or of several side by side: the same
// graphs in the same order as models/numbers.py has them.

import { completed, saidOf } from "./runs.js";

/** @typedef {import("./types.js").Ink} Ink */
/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {import("./types.js").Said} Said */
/** @typedef {ReturnType<typeof import("./runs.js").createRuns>} Runs */

/**
 * What one digit's network sees: part of Seen. said: what READER says of it, where it was asked.
 * @typedef {{input: Uint8Array, box: number[] | null, centre: number[] | null, said?: Said}} Placed
 */

/**
 * All of Seen but what the chosen network says.
 * @typedef {Placed & Omit<import("./types.js").Seen, keyof import("./types.js").Said | "digits" | "model">
 *   & {digits: Placed[]}} Traced
 */

/** @typedef {{logits: number[], said: Said}} Answer of READER about one picture */

export const READER = "mnist"; // tells digits side by side apart: see models/classifier.py

/**
 * @param {Runs} runs
 * @param {import("../catalogue.js").Catalogue} catalogue
 */
export function createNumbers({ run, stepOf, answer }, catalogue) {
  /** Of the last number, by picture. @type {Map<string, Answer>} */
  let last = new Map();

  /**
   * @param {Uint8Array} greys of `count` drawings
   * @param {number} count
   * @param {number} height
   * @param {number} width
   */
  async function pictures(greys, count, height, width) {
    const found = await run(
      stepOf("sketch"),
      (ort) => ({ ink: new ort.Tensor("uint8", greys, [count, height, width]) }),
      ["image", "box", "centre"],
    );
    const { image, box, centre } = found;
    return Array.from({ length: count }, (_, i) => ({
      image: /** @type {Float32Array} */ (image.data).slice(784 * i, 784 * (i + 1)),
      box: numbersOf(box.data, 4, i),
      centre: numbersOf(centre.data, 2, i),
    }));
  }

  /**
   * What READER says of the pictures of a number. While a digit is drawn the others of it stay: of
   * these it is not asked again.
   * @param {Float32Array[]} images
   */
  async function answersTo(images) {
    const keys = images.map((image) => image.join());
    const answers = await completed(keys.map((key) => last.get(key)), async (open) => {
      const batch = new Float32Array(784 * open.length);
      open.forEach((place, i) => batch.set(images[place], 784 * i));
      const found = await answer(READER, batch, ["logits", "probabilities", "energy"]);
      return open.map((_, i) => ({ logits: numbersOf(found.logits.data, 10, i), said: saidOf(found, i) }));
    });
    last = new Map(keys.map((key, i) => [key, answers[i]]));
    return answers;
  }

  /**
   * @param {Ink} ink
   * @param {Omit<Traced, keyof Placed>} plain what is known of the picture that the ink is of
   * @returns {Promise<Traced>}
   */
  async function read({ width, height, greys }, plain) {
    const { groups, spans, boxes } = await run(
      stepOf("parts"),
      (ort) => ({ ink: new ort.Tensor("uint8", greys, [height, width]) }),
      ["groups", "spans", "boxes"],
    );
    const count = groups.dims[0];
    const found = await pictures(/** @type {Uint8Array} */ (groups.data), count, height, width);
    if (count === 1) return placed(plain, found[0]);
    const answers = await answersTo(found.map(({ image }) => image));
    const rows = Float32Array.from(answers.flatMap(({ logits }) => logits));
    const { chosen, in_a_row: inARow } = await run(
      stepOf("reading"),
      (ort) => ({ logits: new ort.Tensor("float32", rows, [count, 10]), spans, boxes }),
      ["chosen", "in_a_row"],
    );
    const places = [...found.keys()].filter((i) => Number(chosen.data[i]));
    const digits = places.map((i) => ({ ...placed(plain, found[i]), said: answers[i].said }));
    if (digits.length === 1) return digits[0];
    const [whole] = await pictures(greys, 1, height, width);
    const several = { ...placed(plain, whole), rejected: true, notes: ["several"] };
    return { ...several, digits: Number(inARow.data[0]) ? digits.map(partOf) : [] };
  }

  return {
    /** @param {Ink} ink as it was drawn @returns {Promise<Traced>} */
    ofInk: (ink) => {
      const { width, height } = ink;
      return read(ink, { ...PLAIN, kind: "sketch", width, height, mask: null });
    },

    /** @param {Pixels} pixels of a file @returns {Promise<Traced>} */
    async ofPixels({ width, height, rgba }) {
      const feeds = (/** @type {any} */ ort) => ({
        rgba: new ort.Tensor("uint8", new Uint8Array(rgba.buffer), [height, width, 4]),
      });
      const found = await run(stepOf("writing"), feeds, ["ink", "window", "written"]);
      const [high, wide] = found.ink.dims;
      const greys = /** @type {Uint8Array} */ (found.ink.data);
      const ink = { width: wide, height: high, greys };
      const mask = { ...ink, window: numbersOf(found.window.data, 4, 0) };
      /** @type {Omit<Traced, keyof Placed>} */
      const plain = { ...PLAIN, kind: "photo", width, height, mask };
      if (Number(found.written.data[0]) || greys.every((grey) => grey === 0)) return read(ink, plain);
      const [whole] = await pictures(greys, 1, high, wide);
      return { ...placed(plain, whole), rejected: true, notes: ["no-writing"] };
    },
  };
}

const PLAIN = { blank: false, rejected: false, notes: [], digits: [] };

/**
 * @param {Omit<Traced, keyof Placed>} plain
 * @param {{image: Float32Array, box: number[], centre: number[]}} one in pixels of the ink
 * @returns {Traced}
 */
function placed(plain, { image, box, centre }) {
  const input = new Uint8Array(image.map((grey) => Math.round(255 * grey)));
  if (box.every((side) => side === 0)) {
    return { ...plain, input, blank: true, box: null, centre: null };
  }
  return { ...plain, input, box: onPicture(plain, box), centre: onPicture(plain, centre) };
}

/** @param {Traced} digit @returns {Placed} */
const partOf = ({ input, box, centre, said }) => ({ input, box, centre, said });

/**
 * @param {Omit<Traced, keyof Placed>} plain
 * @param {number[]} place x, y, ... in pixels of the ink
 */
function onPicture({ width, height, mask }, place) {
  if (!mask) return place;
  const [left, top, right] = mask.window;
  const scale = (right - left) / mask.width; // the ink's pixels are square
  return place.map((at, i) => {
    const [start, most] = i % 2 ? [top, height] : [left, width];
    return Math.min(Math.max(0, start + scale * at), most);
  });
}

/** @param {ArrayLike<any>} data @param {number} length @param {number} row */
const numbersOf = (data, length, row) =>
  Array.from({ length }, (_, i) => Number(data[length * row + i]));
