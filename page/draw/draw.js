// The Draw tab: joins the canvas, the host and the answer.

import { createAnswer } from "../answer/answer.js";
import { keepAnswering } from "../answer/live.js";
import { offered } from "../catalogue.js";
import { fillModels } from "../chosen.js";
import { all, isShown, one, onShown, onTheme } from "../dom.js";
import { Refusal } from "../hosts/refusal.js";
import { once } from "../once.js";
import { keepTranslated, ready, t } from "../words/words.js";
import { createCanvas } from "./canvas.js";
import { drawn } from "./drawn.js";
import { nameCanvas, startKeys } from "./keys.js";
import { enableTools, startTools } from "./tools.js";

/** @typedef {import("../hosts/types.js").Ink} Ink */
/** @typedef {import("../hosts/types.js").Seen} Seen */

/**
 * change, stroke, drawing: where the drawing stood when it was asked about. Without ink nobody was.
 * @typedef {{change: number, stroke: number, drawing: boolean, ink: Ink | null, name?: string,
 *   seen?: Seen, refusal?: Refusal}} Reply
 */

const PATIENCE = 150; // ms until it is said that an answer is on its way
const AGAIN = 2000; // ms until the list of networks is asked for again
const root = document.documentElement;
const STEPS = ["ink", "box", "centre", "input"];
const linking = () => import("./link.js"); // not needed before there is a drawing

/** @type {import("../shell.js").Tab["open"]} */
export async function open(content, host) {
  const surface = one(content, "#sketch", HTMLCanvasElement);
  const [hint, away, told] = [".hint", ".away", ".told"].map((name) => one(content, name));
  const link = one(content, ".link", HTMLInputElement);
  const select = one(content, "#model", HTMLSelectElement);
  const answer = createAnswer(one(content, "#answer"), one(content, ".seen"), {
    empty: "answer.empty.draw",
    first: "answer.empty.draw.first",
    steps: STEPS,
  });
  const awayKey = (away.dataset.t = `answer.away.${host.name}`);
  const canvas = createCanvas(surface, { onDraw: changed, onStrokeEnd: rest });
  const rename = nameCanvas(surface, one(content, "#answer"), canvas);
  const strip = once(async () =>
    (await import("../labs/strip.js")).createStrip(one(content, ".strip"), host),
  );
  /** @type {() => import("../catalogue.js").Model} */
  let model;
  let canAsk = false;
  let changes = 0;
  let answered = 0; // changes of the drawing up to the answer that is shown
  let cleared = 0; // and up to when the canvas was empty
  let invited = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let unanswered;
  let endExample = () => {};

  const askAgain = keepAnswering({
    near: host.name === "browser",
    /** @returns {Promise<Reply>} */
    async ask() {
      const asked = { change: changes, stroke: canvas.strokeCount(), drawing: canvas.isDrawing() };
      const ink = canvas.ink();
      if (!ink) return { ...asked, ink };
      const { name } = model();
      try {
        return { ...asked, ink, name, seen: await host.sketch(ink, name) };
      } catch (refusal) {
        if (refusal instanceof Refusal) return { ...asked, ink, name, refusal };
        throw refusal;
      }
    },
    show({ change, stroke, drawing, ink, name, seen, refusal }, current) {
      if (change < cleared) return; // the canvas has been emptied since
      if (ink && name !== model().name) return;
      answered = change;
      if (!ink) {
        if (stroke) answer.empty(); // all erased; an empty canvas was told at once
        if (current) offer(false);
      } else if (refusal) answer.refuse(refusal);
      else if (seen) {
        // A stroke that has gone on since, and ended, is not counted: see rest().
        const goingOn = canvas.isDrawing() && canvas.strokeCount() === stroke;
        const partial = drawing && change < changes && !goingOn;
        const atRest = current && !canvas.isDrawing();
        answer.show(seen, ink, { stroke: partial ? stroke - 1 : stroke, atRest });
        follow(seen.input);
      }
    },
    onAway(isAway) {
      away.hidden = !isAway;
      answer.age(isAway);
      if (isAway && !answer.hasAnswer() && canvas.strokeCount()) answer.fail(awayKey);
    },
  });

  /** The layers beside the pen look at that, too. @param {Uint8Array | null} input null: at nothing */
  function follow(input) {
    const { subject } = model();
    strip().then(({ look }) => look(input, subject), () => {}); // nothing hangs on it
  }

  /** To who has not drawn yet: how it goes. */
  async function invite() {
    if (invited || canvas.canUndo() || !isShown(surface)) return;
    invited = true;
    const { drawItself } = await import("./example.js");
    if (canvas.canUndo()) return;
    const { name } = model();
    const stop = drawItself(one(content, ".sheet"), (ink) => host.sketch(ink, name), (seen, ink) => {
      answer.example(seen, ink);
      follow(seen.input);
    });
    endExample = () => {
      endExample = () => {};
      stop();
      answer.empty();
    };
  }

  function changed() {
    endExample();
    if (told.dataset.t) note(""); // it was about another drawing
    refresh();
  }

  function refresh() {
    changes += 1;
    enableTools(content, canvas);
    const blank = canvas.strokeCount() === 0;
    offer(!blank);
    if (blank) {
      cleared = changes;
      answer.empty();
      if (canAsk) follow(null);
    }
    if (canAsk) askAgain();
    // Most answers are there before that could be read.
    unanswered ??= setTimeout(() => {
      unanswered = undefined;
      if (answered === changes || answer.hasAnswer() || !canvas.strokeCount()) return;
      if (away.hidden) answer.wait("answer.waiting");
    }, PATIENCE);
  }

  /** Whether there is a drawing to keep, or a place to begin one. @param {boolean} something */
  function offer(something) {
    hint.hidden = something;
    for (const id of ["#save", "#share"]) {
      one(content, id, HTMLButtonElement).disabled = !something;
    }
  }

  // The answer to the last stroke counts it only once it has seen all of it.
  function rest() {
    if (answered < changes) answer.outdate(canvas.strokeCount() - 1);
    else answer.settle();
    rename();
  }

  /** @param {string} key */
  function note(key) {
    told.dataset.t = key;
    told.textContent = key && t(key);
    link.hidden = key !== "draw.shown";
  }

  /** As note(), and to screen readers. @param {string} key */
  async function tell(key) {
    await ready;
    note(key);
    answer.say(t(key));
  }

  async function passOn() {
    const linked = await linking().catch(() => null);
    if (!linked) return tell("tab.away");
    const address = linked.linkTo(canvas.strokes());
    if (!address) return tell("draw.much");
    const done = await linked.handOver(address);
    if (done) await tell(`draw.${done}`);
    if (done !== "shown") return;
    link.value = address;
    link.focus();
    link.select();
  }

  async function openLink() {
    if (!location.hash.startsWith("#drawing=")) return;
    const linked = await linking().catch(() => null);
    if (!linked) return tell("tab.away");
    const strokes = linked.strokesHere();
    if (strokes.length) canvas.restore(strokes);
    else tell("draw.damaged");
  }

  /** The page is about to be loaded anew: the drawing goes into its address. */
  async function keep() {
    const address = canvas.strokeCount() && (await linking()).linkTo(canvas.strokes());
    if (address) history.replaceState(null, "", address);
  }

  drawn.strokes = canvas.strokes;
  startTools(content, surface, canvas);
  startKeys(content, surface, canvas);
  one(content, "#share").addEventListener("click", passOn);
  // So that a link can be made even if the server goes away after that.
  surface.addEventListener("pointerdown", () => linking().catch(() => {}), { once: true });
  onTheme(canvas.repaint);
  onShown(surface, canvas.repaint);
  const others = all(document, "#head [role=tab]").length - 1;
  keepTranslated(content, () => (one(hint, ".tabs").textContent = t("draw.tabs", { others })));
  for (const type of ["pointerdown", "keydown"]) surface.addEventListener(type, () => endExample());
  onShown(surface, () => root.dataset.ready === "" && invite());
  addEventListener("hashchange", openLink);
  document.addEventListener("page:leave", (event) =>
    /** @type {CustomEvent<Promise<void>[]>} */ (event).detail.push(keep()),
  );
  openLink();

  networks(() => (away.hidden = false)).then(async (models) => {
    away.hidden = true;
    ({ model } = fillModels(select, models, "digit", () => {
      endExample();
      answer.use(model());
      refresh();
    }));
    answer.use(model());
    canAsk = true;
    refresh(); // what was drawn meanwhile is answered now, or as soon as the host can
    if (told.dataset.t) answer.say(t(told.dataset.t)); // silenced by use()
    await host.ready;
    root.dataset.ready = "";
    invite();
  });
}

/** The networks to choose from; while they do not arrive they are asked for again. */
async function networks(/** @type {() => void} */ onFailure) {
  for (;;) {
    try {
      return await offered();
    } catch {
      onFailure();
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}
