// The arithmetic of one value, on the real numbers: what went in, times the kernel, added up.

import { t } from "../shell.js";
import { choices, make } from "./choices.js";
import { colourOf, css, floatsOf, inkOn, number, paint } from "./colours.js";
import { colouring, paintMap, shortName } from "./stages.js";

/**
 * @param {HTMLElement} holder gets the arithmetic
 * @param {HTMLElement} sources gets the maps that the value was made from
 */
export function createSum(holder, sources) {
  let asked, from, how; // see show()
  let picked = null; // an input map that the visitor picked; else the one that adds most

  function parts() {
    const [maps, k] = how.shape.length === 3 ? how.shape : [1, 1];
    const size = k * k;
    const inputs = floatsOf(how.inputs);
    const weights = how.weights && floatsOf(how.weights);
    const products = weights && inputs.map((value, i) => value * weights[i]);
    const sums = Array.from({ length: maps }, (_, i) =>
      products ? products.slice(i * size, (i + 1) * size).reduce((a, b) => a + b, 0) : 0,
    );
    return { maps, k, size, inputs, weights, products, sums };
  }

  function show() {
    const found = parts();
    const { kind } = asked.stage;
    const magnitudes = found.sums.map(Math.abs);
    const input = kind === "conv" ? (picked ?? magnitudes.indexOf(Math.max(...magnitudes))) : asked.map;
    showSources(kind === "conv" ? input : asked.map, found.k);
    const show = { conv: showConvolution, max: showWindow, average: showWindow }[kind] ?? showLine;
    holder.replaceChildren(...show(found, input), check());
    const list = holder.querySelector(".kernels");
    if (list) list.scrollTop = list.children[input].offsetTop - list.offsetTop - list.clientHeight / 3;
  }

  function showSources(input, k) {
    const { stage } = asked;
    const figures = from.map((source) => {
      let [map, row, column] = [input, asked.row, asked.column];
      let side = 1;
      if (how.corner) [[row, column], side] = [how.corner, k];
      if (stage.kind === "flatten") [map, row, column] = unflattened(source);
      return figureOf(source, map, row, column, side);
    });
    sources.replaceChildren(...figures);
  }

  /** Where a feature of the flat vector lay in the maps. */
  function unflattened(source) {
    const index = asked.row * asked.stage.width + asked.column;
    const within = index % (source.height * source.width);
    const map = Math.floor(index / (source.height * source.width));
    return [map, Math.floor(within / source.width), within % source.width];
  }

  function showConvolution(found, input) {
    const { maps, k, size, inputs, weights, products, sums } = found;
    const part = (numbers) => numbers.slice(input * size, (input + 1) * size);
    const inputColour = colouring(from[0]);
    const weightTop = Math.max(...weights.map(Math.abs));
    const row = make(`<div class="grids"></div>`);
    row.append(
      gridOf(t("sum.patch"), part(inputs), k, inputColour),
      sign("×"),
      gridOf(t("sum.kernel"), part(weights), k, (value) => colourOf(value, weightTop)),
      sign("="),
      gridOf(t("sum.products"), part(products), k, tinted(part(products))),
    );
    const total = sums.reduce((a, b) => a + b, 0);
    const values = { sum: number(sums[input], 4), total: number(total, 4), maps, map: input + 1 };
    const end = { bias: signed(how.bias), result: number(how.result, 4) };
    const line = lineOf(t(maps > 1 ? "sum.conv" : "sum.conv.one", { ...values, ...end }));
    return maps > 1 ? [kernelsOf(found, input), row, line] : [row, line];
  }

  /** All kernels of this map, one for each input map, with what each adds to the value. */
  function kernelsOf({ maps, k, size, weights, sums }, input) {
    const top = Math.max(...weights.map(Math.abs));
    const most = Math.max(...sums.map(Math.abs));
    const holder = make(`<div><p class="small"></p><div class="kernels"></div></div>`);
    holder.firstChild.textContent = t("sum.kernels", { maps });
    const buttons = Array.from({ length: maps }, (_, i) => {
      const button = make(`<button class="kernel"><canvas></canvas><span></span></button>`);
      const kernel = weights.slice(i * size, (i + 1) * size);
      paint(button.firstChild, kernel, k, k, (value) => colourOf(value, top));
      const bar = button.querySelector("span");
      bar.style.width = `${(100 * Math.abs(sums[i])) / (most || 1)}%`;
      bar.className = sums[i] < 0 ? "below" : "above";
      button.title = button.ariaLabel = t("sum.adds", { map: i + 1, sum: number(sums[i], 4) });
      return button;
    });
    const list = holder.querySelector(".kernels");
    list.append(...buttons);
    list.ariaLabel = holder.firstChild.textContent;
    choices(list, buttons, (index) => {
      const { scrollTop } = list;
      picked = index;
      show();
      const anew = document.querySelector(".sum .kernels");
      anew.scrollTop = scrollTop;
      anew.children[index].focus({ preventScroll: true });
    }).mark(input);
    return holder;
  }

  /** A pooling: the largest of a window, or its mean. */
  function showWindow({ k, inputs }) {
    const { kind } = asked.stage;
    const best = inputs.indexOf(Math.max(...inputs));
    const row = make(`<div class="grids"></div>`);
    row.append(gridOf(t("sum.patch"), inputs, k, colouring(from[0]), kind === "max" ? best : -1));
    return [row, lineOf(t(`sum.${kind}`, { result: number(how.result, 4), count: k * k }))];
  }

  function showLine({ inputs }) {
    const [a, b] = [...inputs].map((value) => number(value, 4));
    const [mean, deviation] = asked.stage.constants.map((value) => value.toFixed(4));
    const values = { a, b: b ?? "", mean, deviation, result: number(how.result, 4) };
    return [lineOf(t(`sum.${asked.stage.kind}`, values))];
  }

  function check() {
    const equal = Math.abs(how.result - how.shown) < 1e-4 * Math.max(1, Math.abs(how.shown));
    const line = lineOf(`${equal ? "✓" : "≠"} ${t("sum.shown", { shown: number(how.shown, 4) })}`);
    line.classList.add("check");
    line.dataset.result = how.result;
    line.dataset.shown = how.shown;
    return line;
  }

  return {
    /** Another map: no input map is picked for it. */
    forget: () => (picked = null),

    /** place: {stage, map, row, column}; stages: what it was made from; reply: null for the picture. */
    show(place, stages, reply) {
      asked = place;
      from = stages;
      how = reply;
      if (how) return show();
      const { values, width } = place.stage;
      const value = number(values[place.row * width + place.column], 4);
      holder.replaceChildren(lineOf(t("sum.input", { value })));
      sources.replaceChildren();
    },
  };
}

const signed = (value) => (value < 0 ? `− ${number(-value, 4)}` : `+ ${number(value, 4)}`);
const sign = (text) => make(`<span class="sign" aria-hidden="true">${text}</span>`);

function tinted(values) {
  const top = Math.max(...values.map(Math.abs));
  return (value) => colourOf(value, top);
}

function lineOf(text) {
  const line = make(`<p class="line"></p>`);
  line.textContent = text;
  return line;
}

/** k × k numbers on their colours; `marked`: the index of one that stands out. */
function gridOf(title, values, k, colour, marked = -1) {
  const figure = make(`<figure class="numbers" data-k="${k}"><figcaption></figcaption>
    <div style="--k: ${k}"></div></figure>`);
  figure.querySelector("figcaption").textContent = title;
  figure.querySelector("div").append(
    ...Array.from(values, (value, i) => {
      const cell = make(`<span></span>`);
      const rgb = colour(value);
      cell.textContent = number(value, 2);
      cell.style.background = css(rgb);
      cell.style.color = inkOn(rgb);
      cell.classList.toggle("marked", i === marked);
      return cell;
    }),
  );
  return figure;
}

/** A map with a frame around side × side of its pixels; the frame may reach over the edge. */
function figureOf(stage, map, row, column, side) {
  const figure = make(`<figure><div class="frame"><canvas></canvas><span class="cursor"></span></div>
    <figcaption></figcaption></figure>`);
  paintMap(figure.querySelector("canvas"), stage, map);
  figure.querySelector(".frame").style.aspectRatio = `${stage.width} / ${stage.height}`;
  const { style } = figure.querySelector(".cursor");
  style.inset = `${(100 * row) / stage.height}% auto auto ${(100 * column) / stage.width}%`;
  style.width = `${(100 * side) / stage.width}%`;
  style.height = `${(100 * side) / stage.height}%`;
  const words = { name: shortName(stage), map: map + 1 };
  figure.querySelector("figcaption").textContent = stage.maps > 1 ? t("sum.from", words) : words.name;
  return figure;
}
