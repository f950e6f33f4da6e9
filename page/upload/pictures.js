// Pictures of visitors, made ready to be sent.

import { t } from "../shell.js";

export const MOST_BYTES = 20 * 1024 * 1024; // what the server takes
const SMALL_ENOUGH = 1024 * 1024; // sent as it is
const SENT_SIDE = 1280; // larger ones are reduced to this before they travel

/** The server's sentence in the visitor's language: words.json has it under the sentence itself. */
export const translated = (sentence) => t(sentence.replace(/ \(\d+ × \d+\)/, ""), {}, sentence);

/** The picture as base64 of a file. A large one is reduced here, where the browser can read it. */
export async function toBase64(file) {
  const sent = file.size > SMALL_ENOUGH ? await reduced(file) : file;
  const address = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(sent);
  });
  return address.slice(address.indexOf(",") + 1);
}

async function reduced(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, SENT_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    // All but JPEG may be transparent. Where WebP cannot be written this yields a PNG.
    return await toBlob(canvas, file.type === "image/jpeg" ? "image/jpeg" : "image/webp");
  } catch {
    return file; // the server may know the format, or says what to do
  }
}

/**
 * Shows a picture in an <img>. Where the browser cannot read it (HEIC, but in Safari), what the
 * server made of it is shown instead, and nothing until then: never a broken picture.
 */
export function showPicture(img, picture) {
  const address = picture.unseen ? picture.reply?.steps?.[0]?.picture : picture.address;
  img.hidden = !address;
  if (!address || img.src === address) return;
  img.onerror = () => {
    picture.unseen = true;
    if (img.src === picture.address) showPicture(img, picture);
  };
  img.src = address;
}

export const toBlob = (canvas, type) =>
  new Promise((resolve) => canvas.toBlob(resolve, type, 0.95));

/** The pictures on the clipboard, as files; needs the visitor's permission. */
export async function fromClipboard() {
  const files = [];
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((type) => type.startsWith("image/"));
    if (type) files.push(new File([await item.getType(type)], "clipboard", { type }));
  }
  return files;
}

/** Shows the camera in a <video>; `shoot()` yields a file, `stop()` turns the camera off. */
export async function openCamera(video) {
  const wish = { video: { facingMode: "environment", width: { ideal: 1280 } } };
  const stream = await navigator.mediaDevices.getUserMedia(wish);
  video.srcObject = stream;
  await video.play();
  return {
    async shoot() {
      const canvas = document.createElement("canvas");
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      canvas.getContext("2d").drawImage(video, 0, 0);
      const type = "image/jpeg";
      return new File([await toBlob(canvas, type)], "camera.jpg", { type });
    },
    stop: () => stream.getTracks().forEach((track) => track.stop()),
  };
}
