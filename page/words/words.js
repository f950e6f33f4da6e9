// The words of the page, in the visitor's language: en.json and ko.json, of which one is fetched.

import { withParticles } from "./particles.js";

const LANGUAGES = ["en", "ko"];
const RETRIES = [300, 1000, 3000]; // ms to wait after the first, second, ... failure in a row

/** @type {Record<string, Record<string, string>>} */
const texts = {};
let language = "en";
let markReady = () => {};

/** Resolves when words can be asked for. @type {Promise<void>} */
export const ready = new Promise((resolve) => (markReady = resolve));

/**
 * The words for a key, with {places} filled in. A missing key yields `fallback`.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @param {string} [fallback]
 */
export function t(key, values = {}, fallback = key) {
  const text = texts[language]?.[key] ?? fallback;
  const filled = text.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
  return language === "ko" ? withParticles(filled) : filled;
}

/** The name of a class: garments are translated, digits are digits. @param {string} label */
export const labelName = (label) => t(`label.${label}`, {}, label);

/**
 * Why there is no answer, in one sentence.
 * @param {{key: string, values?: Record<string, string | number>}} refusal
 */
export const refusalText = ({ key, values }) =>
  t(`refusal.${key}`, values, t("refusal.fault"));

/** A probability for people, on one line: never 100 % of what is not certain. @param {number} probability */
export function percent(probability) {
  if (probability > 0.999) return ">\u00a099.9\u00a0%";
  return `${(100 * probability).toFixed(1)}\u00a0%`;
}

/**
 * Fills in every element that asks for words: data-t (its text), data-t-label (its aria-label).
 * @param {ParentNode} element
 */
export function translate(element) {
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-t]"))) {
    node.textContent = node.dataset.t ? t(node.dataset.t) : "";
  }
  const labelled = /** @type {NodeListOf<HTMLElement>} */ (
    element.querySelectorAll("[data-t-label]")
  );
  for (const node of labelled) {
    node.ariaLabel = t(node.dataset.tLabel ?? "");
    if (node.matches("button")) node.title = node.ariaLabel;
  }
}

/**
 * Translates now and whenever the language changes; then calls `after`.
 * @param {ParentNode} element
 * @param {() => void} [after]
 */
export async function keepTranslated(element, after = () => {}) {
  await ready;
  const update = () => (translate(element), after());
  document.addEventListener("page:language", update);
  update();
}

/** @param {string} wanted @returns {Promise<void>} fulfilled when it can be spoken */
async function learn(wanted) {
  for (let failures = 0; !texts[wanted]; failures++) {
    try {
      const reply = await fetch(new URL(`${wanted}.json`, import.meta.url));
      if (!reply.ok) throw new Error(`${wanted}.json: ${reply.status}`);
      texts[wanted] = await reply.json();
    } catch {
      const wait = RETRIES[Math.min(failures, RETRIES.length - 1)];
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** @param {string} wanted */
async function speak(wanted) {
  await learn(wanted);
  language = wanted;
  document.documentElement.lang = wanted;
  document.documentElement.dataset.words = "";
}

/**
 * Speaks the language that was chosen before, or the browser's, and another at the button.
 * @param {HTMLElement} button
 * @param {{get: (name: string) => string | null, set: (name: string, value: string) => void}} memory
 */
export async function startLanguage(button, memory) {
  const other = () => LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length];
  button.addEventListener("click", async () => {
    memory.set("language", other());
    await speak(other());
    button.lang = other(); // its own word is in the language that it leads to
    document.dispatchEvent(new Event("page:language"));
  });
  const preferred = memory.get("language") ?? navigator.language.slice(0, 2);
  await speak(LANGUAGES.includes(preferred) ? preferred : LANGUAGES[0]);
  button.lang = other();
  markReady();
}
