// Starts the page: language, light, tabs; and opens a tab's script when it is first shown.

import { make, one } from "./dom.js";
import { once } from "./once.js";
import { startTabs } from "./tabs.js";
import { keepTranslated, ready, startLanguage, t, translate } from "./words/words.js";

/** @typedef {import("./hosts/types.js").Host} Host */
/** @typedef {{open: (content: HTMLElement, host: Host) => Promise<void>}} Tab */

// Written out, so that whatever packs or checks the page sees what it loads.
/** @type {Record<string, {script: () => Promise<Tab>, styles: string[]}>} */
const TABS = {
  draw: { script: () => import("./draw/draw.js"), styles: [] }, // in the head of the page
  upload: { script: () => import("./upload/upload.js"), styles: ["upload/upload.css"] },
  inside: { script: () => import("./labs/inside.js"), styles: ["labs/labs.css"] },
  learning: { script: () => import("./labs/learning.js"), styles: ["labs/labs.css", "labs/learning.css"] },
  why: { script: () => import("./why/why.js"), styles: ["labs/labs.css", "why/why.css"] },
  shift: { script: () => import("./labs/shift.js"), styles: ["labs/labs.css"] },
  filters: { script: () => import("./labs/filters.js"), styles: ["labs/labs.css"] },
  about: { script: () => import("./about/about.js"), styles: ["labs/labs.css", "about/about.css"] },
};
const HOSTS = {
  server: () => import("./hosts/server.js"),
  browser: () => import("./hosts/browser.js"),
};

const root = document.documentElement;
/** @type {Set<string>} */
const opened = new Set();
/** @type {Map<string, number>} how often a tab has failed to open */
const failures = new Map();

// Storage may be forbidden, in a frame of another site for one. Then choices last until reload.
const memory = {
  /** @param {string} name */
  get(name) {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  /** @param {string} name @param {string} value */
  set(name, value) {
    try {
      localStorage.setItem(name, value);
    } catch {}
  },
};

/** @param {HTMLElement} button */
function startTheme(button) {
  const { classList } = document.body; // "dark" is there already where the system prefers it
  const chosen = memory.get("theme");
  if (chosen) classList.toggle("dark", chosen === "dark");
  button.addEventListener("click", () => {
    memory.set("theme", classList.toggle("dark") ? "dark" : "light");
  });
}

/** A file dropped beside the Upload tab would open in the place of this page, drawing and all. */
function keepPage() {
  for (const type of /** @type {("dragover" | "drop")[]} */ (["dragover", "drop"])) {
    addEventListener(type, (event) => {
      if (event.defaultPrevented) return; // the Upload tab takes it
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
    });
  }
}

/** What answers here. */
const hostOf = once(async () => {
  const { host } = await HOSTS[root.dataset.host === "server" ? "server" : "browser"]();
  follow(host);
  return host;
});

/** Shows how far the way to the first answer is. @param {Host} found */
function follow(found) {
  const line = one(document, "#progress");
  let size = 0; // bytes
  const write = () => {
    if (size) one(line, "span").textContent = t("progress.size", { megabytes: (size / 1e6).toFixed(1) });
  };
  ready.then(write);
  found.progress?.((part, bytes) => {
    line.hidden = part >= 1;
    line.ariaValueNow = String(Math.round(100 * part));
    line.style.setProperty("--share", String(part));
    if (bytes === size) return;
    size = bytes;
    if (document.documentElement.dataset.words === "") write();
  });
}

/** @param {string} address of a style, relative to this file */
function styled(address) {
  const { href } = new URL(address, import.meta.url);
  if (document.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  const done = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => (link.remove(), reject(new Error(address)));
  });
  document.head.append(link);
  return done;
}

/** Fills the panel of that tab, unless that is done or under way. @param {string} name */
async function openTab(name) {
  const panel = one(document, `#panel-${name}`);
  if (opened.has(name) || panel.ariaBusy === "true") return;
  panel.ariaBusy = "true";
  panel.querySelector(".failed")?.remove();
  let content = /** @type {HTMLElement | null} */ (panel.querySelector(".content"));
  if (!content) panel.append((content = make(`<div class="content"></div>`)));
  try {
    const [tab, answering] = await Promise.all([
      TABS[name].script(),
      hostOf(),
      name === "draw" || ready, // the canvas waits for no words
      ...TABS[name].styles.map(styled),
    ]);
    await tab.open(content, answering);
    translate(content);
    opened.add(name);
    content.dataset.ready = "";
  } catch (error) {
    console.error(error);
    if (name !== "draw") content.remove();
    await showFailure(panel, name);
  }
  panel.ariaBusy = "false";
}

/** One sentence in the place of the tab, and a way on. @param {HTMLElement} panel @param {string} name */
async function showFailure(panel, name) {
  const failed = make(`<div class="failed card" role="alert"><p data-t="tab.failed"></p>
    <button class="tool wide" data-t="tab.again"></button></div>`);
  const count = (failures.get(name) ?? 0) + 1;
  failures.set(name, count);
  // Some browsers keep in mind that a script did not arrive, until the page is loaded anew.
  one(failed, "button").addEventListener("click", () => (count > 1 ? reload() : openTab(name)));
  await ready;
  translate(failed);
  panel.prepend(failed);
}

async function reload() {
  /** @type {Promise<void>[]} */
  const kept = [];
  document.dispatchEvent(new CustomEvent("page:leave", { detail: kept })); // the drawing
  await Promise.allSettled(kept);
  location.reload();
}

/** The server has been renewed under an open page: a reload, which keeps the drawing. */
function offerReload() {
  if (document.querySelector("#older")) return;
  const bar = make(`<p id="older" role="alert"><span data-t="older"></span>
    <button class="tool wide" data-t="older.reload"></button></p>`);
  one(bar, "button").addEventListener("click", reload);
  translate(bar);
  one(document, "#page").prepend(bar);
}

async function start() {
  startTheme(one(document, "#theme"));
  keepPage();
  document.addEventListener("page:older", offerReload);
  openTab("draw"); // it counts what the others look at, whichever is shown
  const reveal = startTabs(one(document, "#head [role=tablist]"), openTab);
  await startLanguage(one(document, "#language"), memory);
  keepTranslated(document, reveal); // words make the tabs wide
}

start();
