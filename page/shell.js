// What all tabs share: words in the visitor's language, light and dark, and the tabs themselves.

const root = document.documentElement;
let texts = { en: {} };
let language = "en";
let markReady;

/** Resolves when words can be asked for. */
export const ready = new Promise((resolve) => (markReady = resolve));

/** The words for a key, with {places} filled in. A missing key yields `fallback`. */
export function t(key, values = {}, fallback = key) {
  const text = texts[language][key] ?? texts.en[key] ?? fallback;
  return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** Words that come later, by language and key. */
export const addTexts = (more) => Object.keys(more).forEach((l) => Object.assign(texts[l], more[l]));

/** The name of a class: garments are translated, digits are digits. */
export const labelName = (label) => t(`label.${label}`, {}, label);

/** A probability for people: never 100 % of what is not certain. */
export function share(probability) {
  if (probability > 0.999) return "> 99.9 %";
  return `${(100 * probability).toFixed(1)} %`;
}

/** Fills in every element that asks for words: data-t (its text), data-t-label (its aria-label). */
export function translate(element) {
  for (const node of element.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of element.querySelectorAll("[data-t-label]")) {
    node.ariaLabel = t(node.dataset.tLabel);
    if (node.matches("button")) node.title = node.ariaLabel;
  }
}

/** Translates now and whenever the language changes; then calls `after`. */
export async function keepTranslated(element, after = () => {}) {
  await ready;
  const update = () => (translate(element), after());
  document.addEventListener("page:language", update);
  update();
}

/** Calls back whenever the page turns light or dark. */
export function onTheme(callback) {
  new MutationObserver(callback).observe(document.body, { attributeFilter: ["class"] });
}

/** Calls back whenever the tab that holds `element` is shown. */
export function onShown(element, callback) {
  document.addEventListener("page:tab", () => element.offsetParent && callback());
}

/** True while the tab that holds `element` is the one shown. */
export const isShown = (element) => element.offsetParent !== null;

// Storage may be forbidden, in a frame of another site for one. Then choices last until reload.
function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {}
}

function startLanguage(button) {
  const preferred = remembered("language") ?? navigator.language.slice(0, 2);
  language = preferred in texts ? preferred : "en";
  root.lang = language;
  button.addEventListener("click", () => {
    language = language === "en" ? "ko" : "en";
    root.lang = language;
    remember("language", language);
    document.dispatchEvent(new Event("page:language"));
  });
}

function startTheme(button) {
  const { classList } = document.body; // Gradio itself has set "dark" by the system's preference
  const chosen = remembered("theme");
  if (chosen) classList.toggle("dark", chosen === "dark");
  button.addEventListener("click", () => {
    remember("theme", classList.toggle("dark") ? "dark" : "light");
  });
}

function startTabs(list) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

  // On a phone the row is wider than the screen.
  function reveal() {
    const [row, tab] = [list, list.querySelector("[aria-selected=true]")].map((node) =>
      node.getBoundingClientRect(),
    );
    list.scrollBy({ left: tab.left + tab.width / 2 - row.left - row.width / 2 });
  }

  function show(chosen) {
    for (const tab of tabs) {
      const selected = tab === chosen;
      tab.ariaSelected = selected;
      tab.tabIndex = selected ? 0 : -1;
      panelOf(tab)?.toggleAttribute("hidden", !selected);
    }
    reveal();
    document.dispatchEvent(new Event("page:tab"));
  }

  for (const tab of tabs) {
    const panel = panelOf(tab);
    panel?.setAttribute("role", "tabpanel");
    panel?.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => {
      show(tab);
      history.replaceState(null, "", `#${tab.dataset.name}`);
    });
  }
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault(); // or the key scrolls the row as well
    const at = tabs.indexOf(document.activeElement);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });
  // A drawing that is shared lies in the address as #drawing=...: see later/share.js.
  const named = () => location.hash.slice(1).replace(/^drawing=.*/, "draw");
  const fromAddress = () => tabs.find((tab) => tab.dataset.name === named());
  addEventListener("hashchange", () => fromAddress() && show(fromAddress()));
  show(fromAddress() ?? tabs[0]);
  return reveal;
}

/** A file dropped beside the Upload tab would open in the place of this page, drawing and all. */
function keepPage() {
  for (const type of ["dragover", "drop"]) {
    addEventListener(type, (event) => {
      if (event.defaultPrevented) return; // the Upload tab takes it
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    });
  }
}

/** Starts the head of the page; `props.texts` holds the words by language and key. */
export function start({ element, props }) {
  texts = props.texts;
  startLanguage(element.querySelector("#language"));
  startTheme(element.querySelector("#theme"));
  keepPage();
  const reveal = startTabs(element.querySelector("[role=tablist]"));
  markReady();
  keepTranslated(element, reveal); // words make the tabs wide
}
