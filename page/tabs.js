// The row of tabs: which one is shown, by click, key and address.

import { all } from "./dom.js";

/**
 * @param {HTMLElement} list holds buttons with the role "tab", each with aria-controls and data-name
 * @param {(name: string) => void} onShow a tab is shown now
 * @returns {() => void} brings the chosen tab into view
 */
export function startTabs(list, onShow) {
  const tabs = all(list, "[role=tab]");
  /** @param {HTMLElement} tab */
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls") ?? "");

  // On a phone the row is wider than the screen.
  function reveal() {
    const chosen = tabs.find((tab) => tab.ariaSelected === "true") ?? tabs[0];
    const [row, tab] = [list.getBoundingClientRect(), chosen.getBoundingClientRect()];
    list.scrollBy({ left: tab.left + tab.width / 2 - row.left - row.width / 2 });
  }

  /** @param {HTMLElement} chosen */
  function show(chosen) {
    for (const tab of tabs) {
      const selected = tab === chosen;
      tab.ariaSelected = String(selected);
      tab.tabIndex = selected ? 0 : -1;
      panelOf(tab)?.toggleAttribute("hidden", !selected);
    }
    reveal();
    onShow(chosen.dataset.name ?? "");
    document.dispatchEvent(new Event("page:tab"));
  }

  for (const tab of tabs) {
    tab.addEventListener("click", () => {
      show(tab);
      history.replaceState(null, "", `#${tab.dataset.name}`);
    });
  }
  list.addEventListener("keydown", (event) => {
    const at = tabs.findIndex((tab) => tab === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault(); // or the key scrolls the row as well
    const next = tabs[(to + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });
  // What is passed on lies in the address: #drawing=... (draw/link.js), #mind=... (why/link.js).
  const named = () => location.hash.slice(1).replace(/^drawing=.*/, "draw").replace(/^mind=.*/, "why");
  const fromAddress = () => tabs.find((tab) => tab.dataset.name === named());
  addEventListener("hashchange", () => {
    const tab = fromAddress();
    if (tab) show(tab);
  });
  show(fromAddress() ?? tabs[0]);
  return reveal;
}
