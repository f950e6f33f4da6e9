// What an answer rests on: how much speaks for it and how much is needed, on a scale; and, where two
// answer together, what each says alone.

import { evidenceOf } from "../answer/decide.js";
import { make, one } from "../dom.js";
import { keepTranslated, labelName, percent, t } from "../words/words.js";

/** @typedef {import("../catalogue.js").Model} Model */
/** @typedef {import("../hosts/types.js").Seen} Seen */

const REACH = 8; // log-odds on each side of what is needed that the scale shows

const PANEL = `
<h2 data-t="basis"></h2>
<div class="scale" role="meter" aria-valuemin="${-REACH}" aria-valuemax="${REACH}"><i></i></div>
<p class="ends"><span data-t="basis.less"></span><span data-t="basis.least"></span>
  <span data-t="basis.more"></span></p>
<p class="both"></p>`;

/** @param {HTMLElement} holder hidden while there is nothing to tell */
export function createBasis(holder) {
  holder.append(...make(`<div>${PANEL}</div>`).children);
  const scale = one(holder, ".scale");
  /** @type {{model: Model, seen: Seen} | null} */
  let shown = null;

  function paint() {
    const evidence = shown && evidenceOf(shown.model, shown.seen);
    holder.hidden = evidence === null;
    if (!shown || evidence === null) return;
    const value = Math.max(-REACH, Math.min(REACH, evidence));
    one(scale, "i").style.left = `${(50 * (value + REACH)) / REACH}%`;
    scale.classList.toggle("less", value < 0);
    scale.ariaValueNow = value.toFixed(1);
    const words = { value: Math.abs(evidence).toFixed(1) };
    scale.ariaLabel = scale.title = t(`basis.${evidence < 0 ? "below" : "above"}`, words);
    one(holder, ".both").textContent = bothOf(shown.model, shown.seen);
  }

  keepTranslated(holder, paint);
  return {
    /** @param {Model} model that answered @param {Seen} seen */
    show: (model, seen) => ((shown = { model, seen }), paint()),

    /** Nothing to tell. */
    clear: () => ((shown = null), paint()),
  };
}

/** @param {Model} model @param {Seen} seen */
function bothOf({ labels }, { opinions }) {
  if (!opinions) return "";
  const best = (/** @type {number[]} */ shares) => Math.max(...shares);
  const name = (/** @type {number[]} */ shares) => labelName(labels[shares.indexOf(best(shares))]);
  const { look, network } = opinions;
  return t("basis.both", {
    look: name(look),
    sure: percent(best(look)),
    network: name(network),
    share: percent(best(network)),
  });
}
