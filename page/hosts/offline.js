// Keeps the static site for use offline: sw.js does it, this asks for it and says so.

import { make, one } from "../dom.js";
import { keepTranslated, t } from "../words/words.js";
import { TOP, VERSION } from "./browser.js";

const REST = 3000; // ms without a question: what the visitor came for goes first
const TRIES = 3; // by one page: where there is no room, or a file is missing, the next one fails too

/** @typedef {{left: number, whole?: boolean}} News bytes that are not kept yet */
/** @type {News | null} */
let latest = null;
let isDue = false; // at the next rest sw.js is asked to keep what is missing
let failures = 0;
/** @type {HTMLElement | null} */
let line = null;
/** @type {(() => void) | null} ends what begun() began */
let asking = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let resting;

/** Something was asked: until REST ms have passed without a question, nothing is fetched for later. */
export function busy() {
  const end = (asking ??= begun());
  clearTimeout(resting);
  resting = setTimeout(() => {
    asking = null;
    end();
    if (isDue) askToKeep();
  }, REST);
}

/** From now on sw.js waits, before every file, until what this returns is called. */
function begun() {
  let end = () => {};
  const over = /** @type {Promise<void>} */ (new Promise((resolve) => (end = () => resolve())));
  const lock = `sketch28 ${TOP.pathname} busy`;
  navigator.locks?.request(lock, { mode: "shared" }, () => over);
  return end;
}

/** To be called after the first answer. */
export function keepOffline() {
  if (!("serviceWorker" in navigator)) return; // neither https nor localhost, or forbidden
  const { connection } = /** @type {{connection?: {saveData?: boolean}}} */ (navigator);
  if (connection?.saveData) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => (data.failed ? fail() : say(data)));
  isDue = true;
  busy();
}

async function askToKeep() {
  isDue = false;
  try {
    await navigator.serviceWorker.register(new URL("sw.js", TOP), { updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    if (!active) return;
    // A newer sw.js that takes over ends what this one does, and nobody says so.
    active.onstatechange = () => active.state === "redundant" && !latest?.whole && fail();
    active.postMessage({ version: VERSION });
  } catch (error) {
    console.warn(error); // the page answers all the same
    fail();
  }
}

/** A few times it is tried again, at the rest after the next answer. */
function fail() {
  failures += 1;
  isDue = failures < TRIES;
  latest = null;
  write();
}

/** @param {News} news */
function say(news) {
  latest = news;
  if (line) return write();
  line = make(`<p id="offline"></p>`);
  one(document, "#foot").append(line);
  keepTranslated(line, write);
}

function write() {
  if (!line) return;
  line.hidden = !latest;
  if (!latest) return;
  const megabytes = (latest.left / 1e6).toFixed(1);
  line.textContent = latest.whole ? t("offline.kept") : t("offline.keeping", { megabytes });
}
