// The way to Gradio's page of the endpoints, which only the app has.

// Gradio opens that page by a button of its own foot, which our style hides, and only by it. Where
// the address asks for the page, ?view=api, Gradio takes it for open without having loaded it, and
// the button closes it first.
const button = () => /** @type {HTMLElement | null} */ (document.querySelector("footer .show-api"));

function openAsked() {
  const found = button();
  if (!found) return void setTimeout(openAsked, 100); // Gradio builds its foot last
  found.click();
  found.click();
}

/** Lets the link in the foot of the page open it without a reload. */
export function offerEndpoints() {
  document.querySelector("#foot a")?.addEventListener("click", (event) => {
    const { ctrlKey, metaKey, shiftKey } = /** @type {MouseEvent} */ (event);
    const found = button();
    if (ctrlKey || metaKey || shiftKey || !found) return;
    event.preventDefault();
    found.click();
  });
  if (new URLSearchParams(location.search).get("view") === "api") openAsked();
}
