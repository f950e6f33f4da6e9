// The foot of the page: words, and the way to Gradio's page of the endpoints.

import { keepTranslated } from "./page.js";

// Gradio opens that page by a button of its own foot, which style.css hides, and only by it: the
// address alone, ?view=api, opens nothing.
const openEndpoints = () => document.querySelector("footer .show-api")?.click();

export function start({ element }) {
  keepTranslated(element);
  element.querySelector("a").addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // in a page of its own
    event.preventDefault();
    openEndpoints();
  });
  const asked = new URLSearchParams(location.search).get("view") === "api";
  if (asked) requestAnimationFrame(openEndpoints); // when all of the page is there
}
