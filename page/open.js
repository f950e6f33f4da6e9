// Starts a tab when it is opened for the first time: until then none of this folder is loaded.

import { addTexts, keepTranslated } from "./shell.js";

const here = (name) => new URL(name, import.meta.url);
let prepared = null;
const FILES = {
  upload: "./upload/upload.js",
  inside: "./labs/inside.js",
  shift: "./labs/shift.js",
  filters: "./labs/filters.js",
  about: "./about/about.js",
};

/** The style and the words of all these tabs, loaded once. */
function prepare() {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = here("style/later.css");
  const styled = new Promise((resolve) => (style.onload = style.onerror = resolve));
  document.head.append(style);
  const words = fetch(here("words/later.json")).then(async (reply) => addTexts(await reply.json()));
  return Promise.all([styled, words]);
}

/** host: what Gradio hands to a gr.HTML. */
export async function open(name, host) {
  const [tab] = await Promise.all([import(FILES[name]), (prepared ??= prepare())]);
  await tab.start(host);
  keepTranslated(host.element);
  host.element.dataset.ready = "";
}
