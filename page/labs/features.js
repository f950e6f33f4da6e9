// A stage without maps: its features as bars, and what spoke for and against the chosen one.

import { labelName, share, t } from "../shell.js";
import { choices, make } from "./choices.js";
import { colourOf, floatsOf, number, paint } from "./colours.js";
import { paintMap } from "./stages.js";

const MOST = 6; // rows for, and against

/** explain: (stage, place) => the reply of ui/closer.py. */
export function createFeatures(holder, explain) {
  let walk, stage;
  let round = 0;

  const labelled = () => stage.values.length === walk.labels.length;
  const nameOf = (index) =>
    labelled() ? labelName(walk.labels[index]) : t("inside.feature", { feature: index + 1 });
  const shown = (value) => (stage.kind === "softmax" ? share(value) : number(value, 2));

  function barOf(value, index) {
    const most = Math.max(...[...stage.values].map(Math.abs));
    const button = make(`<button class="feature"><span class="name"></span>
      <span class="track"><span></span></span><span class="value"></span></button>`);
    button.querySelector(".name").textContent = labelled() ? nameOf(index) : `${index + 1}`;
    button.querySelector(".value").textContent = shown(value);
    setBar(button.querySelector(".track span"), value, most);
    return button;
  }

  async function choose(index) {
    const mine = ++round;
    const how = await explain(stage.name, [index]);
    if (mine !== round || !how || how.refusal) return;
    holder.dataset.chosen = index;
    const told = stage.kind === "softmax" ? [softmaxLine(index, how)] : votesOf(index, how);
    holder.querySelector(".votes").replaceChildren(...told);
  }

  function softmaxLine(index, how) {
    const line = make(`<p class="line"></p>`);
    const logit = number(floatsOf(how.inputs)[index], 3);
    const temperature = number(stage.constants[0], 3);
    const values = { label: nameOf(index), logit, temperature, result: share(how.result) };
    line.textContent = t("sum.softmax", values);
    return line;
  }

  /** The maps that the features were before they were laid end to end; null where there are none. */
  function mapsBefore() {
    const before = (later) => walk.stages.find(({ name }) => name === later.sources[0]);
    let source = before(stage);
    if (source.kind === "mirror") source = before(source);
    return source.kind === "flatten" ? before(source) : null;
  }

  function votesOf(index, how) {
    const inputs = floatsOf(how.inputs);
    const weights = floatsOf(how.weights);
    const products = inputs.map((value, i) => value * weights[i]);
    const maps = mapsBefore();
    const groups = maps ? maps.maps : products.length;
    const size = products.length / groups;
    const votes = Array.from({ length: groups }, (_, i) => {
      const part = products.slice(i * size, (i + 1) * size);
      return { i, part, sum: part.reduce((a, b) => a + b, 0) };
    }).sort((a, b) => b.sum - a.sum);
    const most = Math.max(...votes.map(({ sum }) => Math.abs(sum)));
    const top = Math.max(...products.map(Math.abs));
    const columns = make(`<div class="two-columns"></div>`);
    const [yes, no] = [votes.filter(({ sum }) => sum > 0), votes.filter(({ sum }) => sum < 0).reverse()];
    for (const [word, list] of [["for", yes], ["against", no]]) {
      const column = make(`<div class="${word}"><h3></h3><ol></ol></div>`);
      column.firstChild.textContent = t(`votes.${word}`, { label: nameOf(index) });
      column.lastChild.append(...list.slice(0, MOST).map((vote) => rowOf(vote, maps, most, top)));
      columns.append(column);
    }
    const total = (list) => list.reduce((a, { sum }) => a + sum, 0);
    const line = make(`<p class="line"></p>`);
    line.textContent = t("votes.sum", {
      yes: number(total(yes), 3),
      no: number(-total(no), 3),
      bias: (how.bias < 0 ? "− " : "+ ") + number(Math.abs(how.bias), 3),
      result: number(how.result, 3),
    });
    line.dataset.result = how.result;
    return [columns, line];
  }

  function rowOf({ i, part, sum }, maps, most, top) {
    const row = make(`<li><span class="pictures"></span><span class="name"></span>
      <span class="track"><span></span></span><span class="value"></span></li>`);
    if (maps) {
      // A map that was averaged to one number is shown as it was before that.
      const seen = maps.kind === "average" ? walk.stages.find((s) => s.name === maps.sources[0]) : maps;
      const canvas = make(`<canvas></canvas>`);
      paintMap(canvas, seen, i);
      row.querySelector(".pictures").append(canvas);
      if (part.length > 1) {
        const votes = make(`<canvas></canvas>`);
        paint(votes, part, maps.width, maps.height, (value) => colourOf(value, top));
        row.querySelector(".pictures").append(votes);
      }
    }
    row.querySelector(".name").textContent = t(maps ? "inside.map" : "inside.feature", {
      map: i + 1,
      feature: i + 1,
    });
    row.querySelector(".value").textContent = number(sum, 2);
    setBar(row.querySelector(".track span"), sum, most);
    return row;
  }

  return {
    show(newWalk, newStage) {
      walk = newWalk;
      stage = newStage;
      holder.dataset.long = !labelled();
      const list = make(`<div class="list"></div>`);
      const buttons = [...stage.values].map(barOf);
      list.append(...buttons);
      list.ariaLabel = t("inside.features");
      holder.replaceChildren(list, make(`<div class="votes" aria-live="polite"></div>`));
      const best = stage.values.indexOf(Math.max(...stage.values));
      choices(list, buttons, choose).mark(best);
      choose(best);
    },
  };
}

function setBar(bar, value, most) {
  bar.style.width = `${(100 * Math.abs(value)) / (most || 1)}%`;
  bar.className = value < 0 ? "below" : "above";
}
