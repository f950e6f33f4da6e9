// "Your drawing among others": the picture as a point among 2,000 pen digits, by what the network
// makes of it, and its nearest. A pad beside it moves the point while one draws.

import { keepAnswering } from "../answer/live.js";
import { make, one, onTheme } from "../dom.js";
import { createCanvas } from "../draw/canvas.js";
import { drawn } from "../draw/drawn.js";
import { startKeys } from "../draw/keys.js";
import { number } from "../labs/colours.js";
import { t, translate } from "../words/words.js";
import { crowd, FEATURES, NETWORK, pictureOf } from "./crowd.js";
import { majority, nearest, placeOf } from "./nearest.js";
import { createPlane } from "./plane.js";

/** @typedef {import("../hosts/types.js").Host} Host */
/** @typedef {import("./why.js").Asked} Asked */
/** @typedef {import("../labs/picture.js").Picture} Picture */

export const NEAREST = 8;

const AMONG = `<div>
  <h2 data-t="among.title"></h2>
  <p class="lead" data-t="among.lead"></p>
  <div class="table">
    <figure class="plane"><canvas role="img"></canvas></figure>
    <div class="score">
      <div class="pad"><canvas tabindex="0" role="application" aria-describedby="draw-keys"></canvas>
        <span class="pen-mark" aria-hidden="true" hidden></span>
        <p class="pen-said only-heard" role="status"></p></div>
      <div class="buttons"><button class="clear tool wide" data-t="draw.clear"></button></div>
      <p class="small" data-t="among.pad"></p>
      <figure class="peek" hidden><figcaption></figcaption></figure>
    </div>
  </div>
  <p class="tells" role="status"></p>
  <div class="tiles" role="list" data-t-label="among.nearest"></div>
  <p class="small"><span data-t="among.credit"></span>
    <a href="https://archive.ics.uci.edu/dataset/81" target="_blank" rel="noreferrer">Pen-Based Recognition of
    Handwritten Digits</a> (E. Alpaydin, F. Alimoglu, CC BY 4.0)</p>
  <p class="complaint" role="alert" hidden data-t="answer.late"></p>
</div>`;

/** @param {HTMLElement} section @param {Host} host */
export function createAmong(section, host) {
  section.append(...make(AMONG).children);
  const find = (/** @type {string} */ selector) => one(section, selector);
  const map = one(section, ".plane canvas", HTMLCanvasElement);
  const surface = one(section, ".pad canvas", HTMLCanvasElement);
  /** @type {Awaited<ReturnType<typeof crowd>> | null} */ let known = null;
  /** @type {ReturnType<typeof createPlane> | null} */ let plane = null;
  /** @type {Uint8Array | null} */ let input = null; // of the picture; the pad's once it is drawn upon
  /** @type {Float32Array | null} */ let found = null;
  let quiet = false; // the pad is filled by us
  let seen = false; // the card has been on the screen

  let edited = false; // the pad's drawing is another than the picture by now
  const pad = createCanvas(surface, {
    onDraw() {
      if (quiet) return;
      edited = true;
      ask();
    },
  });
  startKeys(find(".pad"), surface, pad);

  const ask = keepAnswering({
    near: host.name === "browser",
    async ask() {
      if (!seen) return { features: null };
      const ink = pad.strokeCount() && edited ? pad.ink() : null;
      const picture = ink ? (await host.sketch(ink, NETWORK)).input : input;
      if (!picture) return { features: null };
      known ??= await crowd();
      const outputs = await host.run(NETWORK, picture, [FEATURES]);
      return { features: outputs[FEATURES] };
    },
    show({ features }) {
      if (!features) return;
      found = features;
      write();
    },
    onAway: (away) => (find(".complaint").hidden = !away),
  });

  function write() {
    if (!found || !known) return;
    plane ??= begin();
    const near = nearest(known, found, NEAREST);
    const place = placeOf(known, found);
    plane.show(place, near.map(({ index }) => index));
    const most = majority(near);
    const words = { label: most, n: near.filter(({ label }) => label === most).length,
      apart: number(near[0].apart, 2), far: number(known.far, 2) }; // prettier-ignore
    const text = t(near[0].apart > known.far ? "among.far" : "among.near", words);
    find(".tells").textContent = text;
    const [first, second, third] = plane.around(place);
    map.ariaLabel = `${t("among.plane", { first, second, third })} ${text}`;
    section.dataset.nearest = near.map(({ index }) => index).join();
    section.dataset.apart = String(near[0].apart);
    find(".tiles").replaceChildren(...tilesOf(known.sheet, near));
  }

  function begin() {
    const made = createPlane(map, /** @type {import("./nearest.js").Crowd} */ (known));
    made.repaint();
    return made;
  }

  /** Shows the dot that is pointed at. @param {PointerEvent} event */
  function peek({ offsetX, offsetY }) {
    if (!plane || !known) return;
    const index = plane.at(offsetX / map.clientWidth, offsetY / map.clientHeight);
    const figure = find(".peek");
    figure.hidden = false;
    figure.dataset.index = String(index);
    figure.querySelector("canvas")?.remove();
    figure.prepend(pictureOf(known.sheet, index));
    one(figure, "figcaption").textContent = t("among.dot", { label: known.labels[index] });
  }

  for (const type of /** @type {("pointerdown" | "pointermove")[]} */ (["pointerdown", "pointermove"])) {
    map.addEventListener(type, peek);
  }
  onTheme(() => (plane?.repaint(), pad.repaint(), write()));
  find(".clear").addEventListener("click", pad.clear);
  new IntersectionObserver(([{ isIntersecting }], observer) => {
    if (!isIntersecting) return;
    observer.disconnect();
    seen = true;
    ask();
  }, { rootMargin: "200px" }).observe(section); // prettier-ignore

  return {
    /** @param {Asked} asked @param {Picture} picture */
    show({ model, input: greys }, { from }) {
      section.hidden = model.subject !== "digit";
      if (input === greys) return;
      input = greys;
      edited = false;
      quiet = true; // what was drawn on the Draw tab can be drawn on here
      pad.restore(from === "answer" ? drawn.strokes() : []);
      quiet = false;
      ask();
    },

    /** Says it anew, in another language. */
    repeat() {
      surface.ariaLabel = t("draw.canvas");
      translate(section);
      write();
    },
  };
}

/**
 * The nearest as small pictures, each with what it is and how far.
 * @param {HTMLImageElement} sheet
 * @param {{index: number, label: number, apart: number}[]} near
 */
export const tilesOf = (sheet, near) =>
  near.map(({ index, label, apart }) => {
    const tile = make(`<div class="tile" role="listitem"><span></span></div>`);
    tile.prepend(pictureOf(sheet, index));
    tile.dataset.index = String(index);
    one(tile, "span").textContent = `${label} · ${number(apart, 2)}`;
    return tile;
  });
