// Elements: found with their kind known, made from HTML, and shown or not.

/**
 * The first element of that selector. It is there: our own HTML has it.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [kind] what it is
 * @returns {T}
 */
export function one(root, selector, kind = /** @type {any} */ (HTMLElement)) {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`no ${kind.name} ${selector}`);
  return found;
}

/**
 * All elements of that selector.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export const all = (root, selector) => [
  .../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(selector)),
];

/**
 * An element of that HTML, which holds one.
 * @param {string} html
 * @returns {HTMLElement}
 */
export function make(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return /** @type {HTMLElement} */ (template.content.firstElementChild);
}

/** True while the tab that holds `element` is the one shown. @param {HTMLElement} element */
export const isShown = (element) => element.offsetParent !== null;

/**
 * Calls back whenever the tab that holds `element` is shown.
 * @param {HTMLElement} element
 * @param {() => void} callback
 */
export function onShown(element, callback) {
  document.addEventListener("page:tab", () => isShown(element) && callback());
}

/** Calls back whenever the page turns light or dark. @param {() => void} callback */
export function onTheme(callback) {
  new MutationObserver(callback).observe(document.body, { attributeFilter: ["class"] });
}

/**
 * What draws on a canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export const contextOf = (canvas, settings) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings));
