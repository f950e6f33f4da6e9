// The switch between the tutorial's network and this app's, in the bar with the picture.

import { choose } from "../chosen.js";
import { make } from "../dom.js";
import { choices } from "./choices.js";

const RECIPES = ["tutorial", "robust"];

/**
 * @param {() => void} onChoose the visitor has chosen, for all tabs
 * @returns {{networks: HTMLElement, mark: (recipe: string) => void}} mark: shows that one as chosen
 */
export function recipeSwitch(onChoose) {
  const networks = make(`<div class="switch" data-t-label="model"></div>`);
  const buttons = RECIPES.map((recipe) => {
    const button = make("<button></button>");
    button.dataset.t = `inside.${recipe}`;
    return button;
  });
  networks.append(...buttons);
  const row = choices(networks, buttons, (index) => (choose(RECIPES[index]), onChoose()));
  return { networks, mark: (recipe) => row.mark(RECIPES.indexOf(recipe)) };
}
