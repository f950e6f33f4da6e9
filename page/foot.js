// The foot of the page: words, and the way to Gradio's page of the endpoints.

import { keepTranslated } from "./shell.js";

// Gradio opens that page by a button of its own foot, which style.css hides, and only by it. Where
// the address asks for the page, ?view=api, Gradio takes it for open without having loaded it, and
// the button closes it first.
const button = () => document.querySelector("footer .show-api");

function openAsked() {
  if (!button()) return setTimeout(openAsked, 100); // Gradio builds its foot last
  button().click();
  button().click();
}

export function start({ element }) {
  keepTranslated(element);
  element.querySelector("a").addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !button()) return;
    event.preventDefault();
    button().click();
  });
  if (new URLSearchParams(location.search).get("view") === "api") openAsked();
}
