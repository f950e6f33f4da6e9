// "Make it change its mind": a game with the pixels of the picture. As few as can be are turned over
// until the network says something else; the page plays it too, greedily.

import { decideOne } from "../answer/decide.js";
import { keepAnswering } from "../answer/live.js";
import { make, one } from "../dom.js";
import { handOver } from "../draw/link.js";
import { labelName, percent, t } from "../words/words.js";
import { createBoard } from "./board.js";
import { changeMind, changesOf, flipped } from "./flips.js";
import { linkTo } from "./link.js";

/** @typedef {import("../hosts/types.js").Host} Host */
/** @typedef {import("./why.js").Asked} Asked */
/** @typedef {{picture: Uint8Array, answer: import("../answer/decide.js").Decision, logits: Float32Array}} Said */

const MOST_MOVES = 60; // of the page

const MIND = `<div>
  <h2 data-t="mind.title"></h2>
  <p class="lead" data-t="mind.lead"></p>
  <div class="table">
    <div class="frame" tabindex="0" role="application" aria-roledescription="" data-t-label="mind.board">
      <canvas></canvas><span class="cursor"></span></div>
    <p class="at only-heard" role="status"></p>
    <div class="score">
      <p class="says"></p>
      <p class="count"></p>
      <div class="scale" aria-hidden="true"><span></span></div>
      <p class="best small"></p>
      <div class="buttons">
        <button class="undo tool wide" data-t="draw.undo"></button>
        <button class="reset tool wide" data-t="mind.reset"></button>
        <button class="play tool wide"></button>
        <button class="pass-on tool wide" data-t="draw.pass"></button>
      </div>
      <p class="tells" role="status"></p>
      <input class="address" readonly hidden data-t-label="mind.link">
    </div>
  </div>
</div>`;

/** @param {HTMLElement} section @param {Host} host */
export function createMind(section, host) {
  section.append(...make(MIND).children);
  const find = (/** @type {string} */ selector) => one(section, selector);
  const address = one(section, ".address", HTMLInputElement);
  /** @type {Asked} */ let asked;
  /** @type {Uint8Array} the picture as it is now */ let now;
  /** What the network says, of this picture or of the one before. @type {Said | null} */
  let said = null;
  let playing = false;
  let game = 0; // number of the page's last try: an earlier one that still waits for an answer ends
  let told = ""; // key of what is said below the buttons
  /** Fewest pixels that did it, by who played. @type {{you: number, page: number}} */
  let best = { you: 0, page: 0 };
  let byPage = false; // what lies on the board is the page's

  const board = createBoard(find(".frame"), one(section, ".frame canvas", HTMLCanvasElement), (picture) => {
    if (playing) return;
    byPage = false;
    put(picture);
  }, point);
  const changes = () => changesOf(asked.input, now);
  const nameOf = (/** @type {number} */ label) => labelName(asked.model.labels[label]);

  const ask = keepAnswering({
    near: host.name === "browser",
    async ask() {
      const [picture, { model }] = [now, asked];
      const found = await host.run(model.name, picture, ["logits", "probabilities", "energy"]);
      return { picture, model, found };
    },
    show({ picture, model, found }) {
      if (model !== asked.model || picture !== now) return;
      const [probabilities, blank] = [[...found.probabilities], picture.every((grey) => !grey)];
      const answer = decideOne(model, { probabilities, energy: found.energy[0], blank });
      said = { picture, answer, logits: found.logits };
      note();
      write();
    },
  });

  /** What lies there, for those who hear the page. */
  function point(/** @type {number} */ at) {
    if (!now) return; // there is no picture yet
    const place = t("mind.at", { row: Math.floor(at / 28) + 1, column: (at % 28) + 1 });
    const kind = t(flipped(now[at]) ? "mind.black" : "mind.ink");
    const turned = now[at] !== asked.input[at] && t("mind.changed");
    find(".at").textContent = [place, kind, turned].filter(Boolean).join(", ");
  }

  /** Whether the answer is another now. */
  const turned = () => said !== null && said.answer.label !== asked.model.labels[asked.label];

  /** How few pixels did it. */
  function note() {
    if (!turned() || said?.picture !== now) return;
    const count = changes().length;
    const who = byPage ? "page" : "you";
    if (!playing && count) best[who] = Math.min(best[who] || count, count);
  }

  /** @param {Uint8Array} picture */
  function put(picture) {
    now = picture;
    tell("");
    board.show(asked.input, now);
    section.dataset.count = String(changes().length);
    write();
    ask();
  }

  function write() {
    const was = nameOf(asked.label);
    const words = said && { label: labelName(said.answer.label), share: percent(said.answer.probability) };
    find(".says").textContent = !words ? t("answer.waiting") : t(turned() ? "mind.turned" : "mind.still", { ...words, was });
    section.classList.toggle("done", turned());
    section.dataset.says = said?.picture === now ? said.answer.label : "";
    find(".count").textContent = t(changes().length === 1 ? "mind.count.one" : "mind.count", { n: changes().length });
    find(".best").textContent = [best.you && t("mind.best.you", { n: best.you }), best.page && t("mind.best.page", { n: best.page })]
      .filter(Boolean).join(" ");
    find(".play").textContent = t(playing ? "mind.stop" : "mind.play");
    find(".tells").textContent = told && t(told);
    const enable = (/** @type {string} */ name, /** @type {boolean} */ on) => (one(section, name, HTMLButtonElement).disabled = !on);
    enable(".undo", !playing && board.canUndo());
    enable(".reset", !playing && changes().length > 0);
    enable(".pass-on", !playing && changes().length > 0);
    one(find(".scale"), "span").style.scale = `${said ? lead() : 1} 1`;
  }

  /** How much of the first lead over all others is left, 0..1. */
  function lead() {
    const { whole, label, rival } = asked;
    const others = [...(said?.logits ?? whole)];
    const [mine] = others.splice(label, 1);
    return Math.max(0, Math.min(1, (mine - Math.max(...others)) / (whole[label] - whole[rival])));
  }

  async function play() {
    const mine = ++game;
    if (playing) return end("");
    const { model, input, label } = asked;
    playing = byPage = true;
    put(input.slice());
    const logitsOf = async (/** @type {Uint8Array} */ picture, /** @type {number[][][]} */ edits) =>
      (await host.run(model.name, picture, ["logits"], { edits })).logits;
    const move = (/** @type {Uint8Array} */ picture) => mine === game && (put(picture), true);
    let done = false;
    let key = "";
    try {
      done = await changeMind(input, label, logitsOf, move, MOST_MOVES);
    } catch {
      key = "answer.late";
    }
    if (mine === game) end(done ? "" : key || "mind.gaveup");
  }

  /** @param {string} key of what is said of it */
  function end(key) {
    playing = false;
    note();
    tell(key);
    write();
  }

  async function passOn() {
    const url = linkTo({ model: asked.model.name, input: asked.input, changes: changes() });
    const done = await handOver(url);
    if (done) tell(`mind.${done}`);
    address.hidden = done !== "shown";
    address.value = url;
    if (done === "shown") address.select();
  }

  /** @param {string} key */
  function tell(key) {
    told = key;
    address.hidden = true;
    find(".tells").textContent = key && t(key);
  }

  find(".undo").addEventListener("click", board.undo);
  find(".reset").addEventListener("click", () => (board.begin(), put(asked.input.slice())));
  find(".play").addEventListener("click", play);
  find(".pass-on").addEventListener("click", passOn);

  return {
    /** @param {Asked} given @param {number[][]} made changes that a link brought */
    show(given, made) {
      const same = asked && asked.model === given.model && asked.input === given.input;
      asked = given;
      if (same) return write();
      said = null;
      playing = false;
      game += 1;
      best = { you: 0, page: 0 };
      board.begin();
      const picture = given.input.slice();
      for (const [at, grey] of made) picture[at] = grey;
      byPage = made.length > 0; // of somebody else, at least
      put(picture);
      if (made.length) tell("mind.theirs");
    },

    /** Says it anew, in another language. */
    repeat: () => asked && write(),

    /** Why a link did not open. @param {string} key */
    failed(key) {
      tell(key);
      section.scrollIntoView({ block: "start" });
    },

    bring: () => section.scrollIntoView({ block: "start" }),
  };
}
