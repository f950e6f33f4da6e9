// The ways in: files, drag and drop, the clipboard, the camera.

import { contextOf, isShown, one } from "../dom.js";
import { toBlob } from "./pictures.js";

/**
 * @param {HTMLElement} content of the tab
 * @param {(files: File[]) => void} take
 * @param {(key: string) => void} complain
 */
export function startWays(content, take, complain) {
  const input = one(content, "#upload input", HTMLInputElement);
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = ""; // the same file may be chosen again
  });
  one(content, "#choose").addEventListener("click", () => input.click());
  startDrop(content, take);
  document.addEventListener("paste", ({ clipboardData }) => {
    if (isShown(content)) take([...(clipboardData?.files ?? [])]);
  });
  one(content, "#paste").addEventListener("click", async () => {
    const files = await fromClipboard().catch(() => []);
    if (files.length) take(files);
    else complain("upload.nothing");
  });
  startCamera(content, take, complain);
}

/** @param {HTMLElement} content @param {(files: File[]) => void} take */
function startDrop(content, take) {
  const target = /** @type {HTMLElement} */ (content.parentElement); // all of the panel
  /** @param {DragEvent} event */
  const over = (event) => {
    event.preventDefault();
    one(content, ".drop").classList.toggle("over", event.type === "dragover");
  };
  target.addEventListener("dragover", over);
  target.addEventListener("dragleave", over);
  target.addEventListener("drop", (event) => {
    over(event);
    take([...(event.dataTransfer?.files ?? [])]);
  });
}

/** The pictures on the clipboard, as files; needs the visitor's permission. */
async function fromClipboard() {
  const files = [];
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((type) => type.startsWith("image/"));
    if (type) files.push(new File([await item.getType(type)], "clipboard", { type }));
  }
  return files;
}

/**
 * @param {HTMLElement} content
 * @param {(files: File[]) => void} take
 * @param {(key: string) => void} complain
 */
function startCamera(content, take, complain) {
  const [frame, opener] = [one(content, ".camera"), one(content, "#camera")];
  const video = one(content, "video", HTMLVideoElement);
  /** @type {MediaStream | null} */
  let stream = null;
  let opening = 0; // raised by closing, too: then what is allowed only later is not wanted

  /** @param {boolean} open */
  const showCamera = (open) => {
    frame.hidden = !open;
    opener.hidden = open;
  };
  opener.addEventListener("click", async () => {
    const mine = ++opening;
    try {
      showCamera(true);
      const allowed = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
      });
      if (mine !== opening) return stop(allowed);
      stream = allowed;
      video.srcObject = stream;
      await video.play();
      one(content, "#shoot").focus();
    } catch {
      if (mine !== opening) return;
      close();
      complain("upload.nocamera");
    }
  });
  const close = () => {
    opening++;
    if (stream) stop(stream);
    stream = null;
    showCamera(false);
  };
  one(content, "#shoot").addEventListener("click", async () => {
    try {
      if (stream) take([await shot(video)]);
    } catch {
      complain("upload.nocamera"); // it has shown nothing yet
    } finally {
      close();
    }
  });
  one(content, "#camera-close").addEventListener("click", close);
  document.addEventListener("page:tab", close);
}

/** @param {MediaStream} stream */
function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** What the camera sees now. @param {HTMLVideoElement} video */
async function shot(video) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  contextOf(canvas).drawImage(video, 0, 0);
  const type = "image/jpeg";
  return new File([await toBlob(canvas, type)], "camera.jpg", { type });
}
