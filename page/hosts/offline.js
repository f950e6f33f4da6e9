// Keeps the static site for use offline: sw.js does it, this asks for it and says so.

import { ROOT } from "../catalogue.js";
import { make, one } from "../dom.js";
import { keepTranslated, t } from "../words/words.js";

const REST = 3000; // ms without a question: what the visitor came for goes first

/** @type {{left: number, whole?: boolean} | null} */
let latest = null;
/** @type {{over: Promise<void>, end: () => void} | null} */
let asking = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let resting;

/** Something was asked: until REST ms have passed without a question, nothing is fetched for later. */
export function busy() {
  const { end } = (asking ??= begun());
  clearTimeout(resting);
  resting = setTimeout(() => {
    asking = null;
    end();
  }, REST);
}

/** From now on sw.js waits, before every file, for the end. */
function begun() {
  let end = () => {};
  const over = /** @type {Promise<void>} */ (new Promise((resolve) => (end = () => resolve())));
  const lock = `sketch28 ${new URL("../", ROOT).pathname} busy`;
  navigator.locks?.request(lock, { mode: "shared" }, () => over);
  return { over, end };
}

/** To be called after the first answer. */
export async function keepOffline() {
  if (!("serviceWorker" in navigator)) return; // neither https nor localhost, or forbidden
  const version = ROOT.pathname.split("/").at(-2) ?? "";
  const top = new URL("../", ROOT);
  // While this page is open, nobody may drop the version it is of.
  navigator.locks?.request(`sketch28 ${top.pathname} ${version}`, { mode: "shared" }, () =>
    new Promise(() => {}),
  );
  busy();
  await asking?.over;
  const { connection } = /** @type {{connection?: {saveData?: boolean}}} */ (navigator);
  if (connection?.saveData) return;
  try {
    await navigator.serviceWorker.register(new URL("sw.js", top), { updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    navigator.serviceWorker.addEventListener("message", ({ data }) => say(data));
    active?.postMessage({ version });
  } catch (error) {
    console.warn(error); // the page answers all the same
  }
}

/**
 * @param {{left: number, whole?: boolean}} news bytes that are not kept yet
 */
function say(news) {
  if (!latest) {
    const line = make(`<p id="offline"></p>`);
    one(document, "#foot").append(line);
    keepTranslated(line, () => write(line));
  }
  latest = news;
  write(one(document, "#offline"));
}

/** @param {HTMLElement} line */
function write(line) {
  if (!latest) return;
  const megabytes = (latest.left / 1e6).toFixed(1);
  line.textContent = latest.whole ? t("offline.kept") : t("offline.keeping", { megabytes });
}
