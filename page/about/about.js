// The About tab: two networks asked the same, measured figures, what answers here, credits.

import { catalogue } from "../catalogue.js";
import { make, one } from "../dom.js";
import { pictureBar } from "../labs/picture.js";
import { results } from "../results.js";
import { keepTranslated, t, translate } from "../words/words.js";
import { confusion, reliability } from "./charts.js";
import { figuresBars, figuresTable, rowsOf } from "./figures.js";
import { tutorialsOf } from "./tutorials.js";
import { answerOf } from "./versus.js";

/** @typedef {import("../catalogue.js").Catalogue} Catalogue */
/** @typedef {import("../catalogue.js").Model} Model */
/** @typedef {import("../hosts/types.js").Host} Host */
/** @typedef {import("../labs/picture.js").Picture} Picture */
/** @typedef {import("../results.js").Results} Results */

const PAGE = `
<div class="lab about">
  <section class="card">
    <h2 data-t="about.versus"></h2>
    <div class="versus" aria-live="polite"></div>
  </section>
  <section class="card"><h2 data-t="about.results"></h2>
    <div class="one-figure"></div>
    <details hidden><summary data-t="about.all"></summary>
      <div class="wide-table" tabindex="0" role="region" data-t-label="about.results"></div></details>
    <p class="explained small"></p></section>
  <section class="charts-card card"><h2 data-t="about.pictures"></h2><div class="charts"></div></section>
  <section class="card"><h2 data-t="tutorials"></h2><div class="tutorials"></div></section>
  <section class="card"><h2 data-t="about.running"></h2><dl></dl></section>
  <section class="card"><h2 data-t="about.credits"></h2><ul class="credits"></ul></section>
</div>`;

const ASKED = ["tutorial", "robust"]; // recipes of the networks that are compared and charted

/** @param {HTMLElement} panel @param {Host} host */
export async function open(panel, host) {
  const [listed, measured, facts] = await Promise.all([
    catalogue(),
    results(),
    host.facts().catch(() => ({ provider: "–", versions: {} })), // the figures stand without it
  ]);
  const page = make(PAGE);
  const find = (/** @type {string} */ selector) => one(page, selector);
  const compared = ASKED.flatMap((recipe) =>
    Object.values(listed.models).filter((model) => model.recipe === recipe),
  );
  /** @type {Picture} */ let picture;

  let show = () => {}; // what was answered, in the language that is spoken

  async function ask() {
    const { input } = picture;
    const networks = compared.filter(({ subject }) => subject === picture.subject);
    const found = await Promise.all(
      networks.map(({ name }) => host.run(name, input, ["probabilities", "energy"])),
    );
    if (input !== picture.input) return;
    show = () => {
      const answers = networks.map((model, i) => answerOf(model, found[i], input));
      find(".versus").replaceChildren(...answers);
    };
    show();
  }

  await pictureBar(panel, page, "", (looked) => {
    picture = looked;
    return ask();
  });
  keepTranslated(page, () => {
    show();
    const rows = rowsOf(listed, measured);
    find("details").hidden = !rows.length;
    if (rows.length) {
      find(".one-figure").replaceChildren(figuresBars(rows));
      find(".wide-table").replaceChildren(figuresTable(rows));
    }
    find(".explained").textContent = t(rows.length ? "about.explained" : "about.notyet");
    find(".charts").replaceChildren(...charts(compared, measured));
    find(".charts-card").hidden = !find(".charts").children.length;
    find(".tutorials").replaceWith(tutorialsOf(listed, measured));
    translate(find(".tutorials"));
    find("dl").replaceChildren(...running(facts));
    find(".credits").replaceChildren(...Object.entries(listed.datasets).map(creditOf));
  });
}

/** What was measured, drawn. @param {Model[]} models @param {Results} measured */
function charts(models, { scores = {} }) {
  const ordered = models.toSorted((a, b) => a.subject.localeCompare(b.subject));
  return [
    ...ordered.map((model) => {
      const counts = scores[model.name]?.confusion;
      return counts ? [confusion(model, counts)] : [];
    }),
    ...ordered.map((model) => {
      const parts = scores[model.name]?.reliability;
      return parts ? [reliability(model, parts)] : [];
    }),
  ].flat();
}

/** @param {import("../hosts/types.js").Facts} facts */
function running({ provider, threads = 0, versions }) {
  const answering = threads ? `${provider}, ${t(`about.threads.${threads > 1 ? "many" : "one"}`, { threads })}` : provider;
  const pairs = [[t("about.provider"), answering], ...Object.entries(versions)];
  return pairs.flatMap(([term, told]) => {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    [dt.textContent, dd.textContent] = [term, told];
    return [dt, dd];
  });
}

/** Names stand as they are, what else there is has words. @param {[string, Catalogue["datasets"][string]]} dataset */
function creditOf([name, { title, authors, page, licence }]) {
  const item = make(`<li><a rel="noreferrer" target="_blank"></a><span></span></li>`);
  const link = one(item, "a", HTMLAnchorElement);
  const words = (/** @type {string} */ what, /** @type {string} */ text) => t(`credit.${name}.${what}`, {}, text);
  [link.textContent, link.href] = [words("title", title), page];
  one(item, "span").textContent = t("about.by", {
    authors: words("authors", authors),
    licence: words("licence", licence),
  });
  return item;
}
