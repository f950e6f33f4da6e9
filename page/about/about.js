// The About tab: two networks asked the same, measured figures, what answers here, credits.

import { barOf, fill } from "../answer/answer.js";
import { keepTranslated, labelName, share, t } from "../shell.js";
import { make } from "../labs/choices.js";
import { pictureBar } from "../labs/picture.js";

const PAGE = `
<div class="about">
  <section class="card">
    <div class="title"><h2 data-t="about.versus"></h2>
      <button class="compare tool wide" data-t="about.compare"></button></div>
    <p class="complaint" role="alert"></p>
    <div class="versus" aria-live="polite"></div>
  </section>
  <section class="card"><h2 data-t="about.results"></h2>
    <div class="wide-table" tabindex="0" role="region" data-t-label="about.results"></div>
    <p class="explained small"></p></section>
  <section class="shots-card card"><h2 data-t="about.pictures"></h2><div class="shots"></div></section>
  <section class="card"><h2 data-t="about.running"></h2><dl></dl></section>
  <section class="card"><h2 data-t="about.credits"></h2><ul class="credits"></ul></section>
</div>`;

/** What Gradio hands to a gr.HTML; `server` holds about, compare and examples. */
export async function start({ element, server }) {
  const holder = element.querySelector(".later");
  const page = make(PAGE);
  holder.append(page);
  const find = (selector) => page.querySelector(selector);
  const nothing = { rows: [], charts: [], mistakes: [], providers: [], versions: {}, credits: [] };
  const facts = (await server.about(null)) ?? nothing;
  let picture = null;
  let reply = null;

  function showAnswers() {
    find(".versus").replaceChildren(...(reply?.answers ?? []).map((a) => answerOf(a, reply.labels)));
  }

  find(".compare").addEventListener("click", async () => {
    if (!picture) return;
    const { input, subject } = picture;
    const answer = await server.compare({ input, subject });
    if (input !== picture.input) return;
    find(".complaint").textContent = answer ? (answer.refusal ?? "") : t("answer.late");
    reply = answer?.refusal ? null : answer;
    showAnswers();
  });

  await pictureBar(holder, server, (shown) => {
    picture = shown;
    reply = null;
    showAnswers();
  });
  keepTranslated(page, () => {
    showAnswers();
    find(".wide-table").replaceChildren(...tableOf(facts.rows));
    find(".explained").textContent = t(facts.rows.length ? "about.explained" : "about.notyet");
    find(".shots").replaceChildren(...shotsOf(facts));
    find(".shots-card").hidden = !find(".shots").children.length;
    find("dl").replaceChildren(...running(facts));
    find(".credits").replaceChildren(...facts.credits.map(creditOf));
  });
}

function answerOf(answer, labels) {
  const section = make(`<section class="answer"><h3></h3>
    <p class="verdict"><span class="winner"></span><span class="remark"></span></p>
    <div class="bars" role="list"></div></section>`);
  const [name, sure] = [labelName(answer.label), share(answer.probability)];
  const subject = labels.includes("0") ? "digit" : "garment";
  section.dataset.subject = subject;
  section.dataset.label = answer.label;
  section.dataset.model = answer.model;
  section.classList.toggle("rejected", answer.rejected);
  section.querySelector("h3").textContent = t(`shift.${answer.recipe}`);
  section.querySelector(".winner").textContent = answer.rejected ? t(`answer.no.${subject}`) : name;
  section.querySelector(".remark").textContent = answer.rejected
    ? t("answer.nearest", { label: `${name}, ${sure}` })
    : t("answer.sure", { share: sure });
  const rows = labels.map((label, i) => {
    const row = barOf(label);
    row.classList.toggle("best", label === answer.label);
    fill(row.querySelector(".track"), answer.probabilities[i]);
    row.querySelector(".number").textContent = share(answer.probabilities[i]);
    return row;
  });
  section.querySelector(".bars").append(...rows);
  return section;
}

const percent = (value, digits) => (value == null ? "–" : `${(100 * value).toFixed(digits)} %`);
const count = (value) => (value == null ? "–" : value.toLocaleString("en"));

function tableOf(rows) {
  if (!rows.length) return [];
  const columns = {
    model: ({ name }) => name,
    parameters: ({ parameters }) => count(parameters),
    size: ({ bytes }) => (bytes ? `${Math.round(bytes / 1000)} kB` : "–"),
    test: ({ test }) => percent(test, 2),
    people: ({ people }) => percent(people, 1),
    resized: ({ resized }) => percent(resized, 1),
    moved: ({ moved }) => percent(moved, 1),
    parity: ({ apart }) => (apart == null ? "–" : apart.toExponential(0)),
    equal: ({ equal, compared }) => (equal == null ? "–" : `${count(equal)} / ${count(compared)}`),
  };
  const table = make(`<table><thead><tr></tr></thead><tbody></tbody></table>`);
  for (const name of Object.keys(columns)) {
    const head = document.createElement("th");
    head.scope = "col";
    head.textContent = t(`about.${name}`);
    table.tHead.rows[0].append(head);
  }
  for (const row of rows) {
    const line = table.tBodies[0].insertRow();
    for (const cell of Object.values(columns)) line.insertCell().textContent = cell(row);
  }
  return [table];
}

function shotsOf({ charts, mistakes }) {
  const figure = (address, caption) => {
    const shot = make(`<figure><img loading="lazy"><figcaption></figcaption></figure>`);
    shot.firstChild.src = new URL(address, document.baseURI);
    shot.firstChild.alt = shot.lastChild.textContent = caption;
    return shot;
  };
  return [
    ...charts.map(({ name, address }) => figure(address, t(`about.${name}`))),
    ...mistakes.map(({ model, part, address }) =>
      figure(address, t("about.mistakes", { model, part: t(`about.part.${part}`) })),
    ),
  ];
}

function running({ providers, versions }) {
  const pairs = [
    [t("about.provider"), providers.join(", ")],
    ...Object.entries(versions),
  ];
  return pairs.flatMap(([term, told]) => {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    [dt.textContent, dd.textContent] = [term, told];
    return [dt, dd];
  });
}

function creditOf({ title, authors, page, licence }) {
  const item = make(`<li><a rel="noreferrer" target="_blank"></a><span></span></li>`);
  item.firstChild.textContent = title;
  item.firstChild.href = page;
  item.lastChild.textContent = t("about.by", { authors, licence });
  return item;
}
