// Pictures of visitors: made ready to be sent, and shown.

import { contextOf } from "../dom.js";
import { MOST_BYTES, Refusal } from "../hosts/refusal.js";

/** @typedef {import("../answer/decide.js").Decision} Decision */
/** @typedef {import("../catalogue.js").Model} Model */
/** @typedef {import("../hosts/types.js").Seen} Seen */

/**
 * One picture, from its file to its answer.
 * @typedef {object} Picture
 * @property {File} file
 * @property {string} address of what shows it: the file, or what the host sent back; "" for nothing
 * @property {Blob | null} sent what travels: the file, or a smaller copy
 * @property {boolean} unread this browser cannot read the file
 * @property {Reply | null} reply
 */

/**
 * An answer, or why there is none; neither: nobody answered.
 * @typedef {{model: Model, seen?: Seen, decision?: Decision, refusal?: Refusal}} Reply
 */

const SMALL_ENOUGH = 2 ** 20; // sent as it is
const SENT_SIDE = 1280; // larger ones are reduced to this before they travel

/** @param {File} file @returns {Picture} */
export const pictureOf = (file) => ({
  file,
  address: URL.createObjectURL(file),
  sent: null,
  unread: false,
  reply: null,
});

/** @param {Picture} picture which is not shown again */
export const forget = ({ address }) => URL.revokeObjectURL(address);

/**
 * What is to be sent of that picture. A large one is reduced here, where the browser can read it.
 * @param {Picture} picture
 * @throws {Refusal} it is too large
 */
export async function prepared(picture) {
  const { file } = picture;
  if (file.size > MOST_BYTES) throw new Refusal("large", { megabytes: MOST_BYTES / 2 ** 20 });
  if (picture.sent) return picture.sent;
  const small = file.size <= SMALL_ENOUGH;
  try {
    picture.sent = small ? (await load(picture.address), file) : await reduced(file);
  } catch {
    picture.unread = true; // the host may know the format, or says what to do
    picture.address = "";
    picture.sent = file;
  }
  return picture.sent;
}

/** An image with that file in it; rejects where the browser cannot read it. @param {string} address */
async function load(address) {
  const image = new Image();
  image.src = address;
  await new Promise((resolve, reject) => {
    image.onload = resolve;
    image.onerror = reject;
  });
  return image;
}

/** An image to draw from; null where there is none to show. @param {Picture} picture */
export const imageOf = ({ address }) => (address ? load(address).catch(() => null) : null);

/** @param {File} file */
async function reduced(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SENT_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  // All but JPEG may be transparent. Where WebP cannot be written this yields a PNG.
  return toBlob(canvas, file.type === "image/jpeg" ? "image/jpeg" : "image/webp");
}

/** Shows a picture in an <img>, or nothing: never a broken one. */
export function showPicture(/** @type {HTMLImageElement} */ img, /** @type {Picture} */ { address }) {
  img.onerror = () => (img.hidden = true);
  img.hidden = !address;
  if (address && img.src !== address) img.src = address;
}

/** @param {HTMLCanvasElement} canvas @param {string} type @returns {Promise<Blob>} */
export const toBlob = (canvas, type) =>
  new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(type))), type, 0.95),
  );
