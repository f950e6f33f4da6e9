// The two tutorials: what they report beside what their networks reach here, and what is not right in
// them. The same stands in docs/results.md.

import { make, one } from "../dom.js";
import { t } from "../words/words.js";

/** @typedef {import("../catalogue.js").Catalogue} Catalogue */
/** @typedef {import("../results.js").Results} Results */

/** The share of test pictures that are right, as each tutorial prints it. @type {Record<string, number>} */
const SAYS = { fashion_mnist_tutorial: 0.8965, mnist_tutorial: 0.986 };

/** What each mistake is about, as code where it is code; the words stand under mistake.<place>. */
const MISTAKES = [
  "nn.conv2d",
  "./data, ./.data",
  "model.to(device)",
  "Loss:[:.6f}",
  "log_softmax, cross_entropy",
  "mean 0.1307, std 0.3081",
  "Dropout2d",
  "0..1, 0..255",
  "14 × 14",
];

const TUTORIALS = `
<div class="tutorials">
  <table><thead><tr><td></td><th scope="col" data-t="tutorials.says"></th><th scope="col" data-t="tutorials.here"></th></tr></thead>
    <tbody></tbody></table>
  <p class="all"></p>
  <h3 data-t="mistakes"></h3>
  <ol class="mistakes"></ol>
</div>`;

const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(2)}\u00a0%`;

/**
 * @param {Catalogue} catalogue
 * @param {Results} results
 */
export function tutorialsOf(catalogue, { scores = {} }) {
  const element = make(TUTORIALS);
  const body = one(element, "tbody", HTMLTableSectionElement);
  for (const [name, said] of Object.entries(SAYS)) {
    const row = body.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = t(`tutorials.${name}`);
    row.append(head);
    row.insertCell().textContent = percent(said);
    row.insertCell().textContent = name in scores ? percent(scores[name].test_accuracy) : "–";
  }
  one(element, ".all").textContent = best(scores);
  const words = { walk: walkOf(catalogue), ...scales(scores) };
  one(element, ".mistakes").append(
    ...MISTAKES.map((code, i) => {
      const item = make(`<li><code></code><p></p></li>`);
      one(item, "code").textContent = code;
      one(item, "p").textContent = t(`mistake.${i + 1}`, words);
      return item;
    }),
  );
  return element;
}

/** Would it reach 100 %? @param {NonNullable<Results["scores"]>} scores */
function best({ mnist, fashion_mnist: garments }) {
  if (!mnist || !garments) return "";
  const wrong = (/** @type {number} */ accuracy) => Math.round(10_000 * (1 - accuracy)).toLocaleString("en");
  return t("tutorials.all", {
    digits: percent(mnist.test_accuracy),
    digitsWrong: wrong(mnist.test_accuracy),
    garments: percent(garments.test_accuracy),
    garmentsWrong: wrong(garments.test_accuracy),
  });
}

/** What scoring on another scale costs. @param {NonNullable<Results["scores"]>} scores */
function scales({ mnist_tutorial: score }) {
  const shares = [score?.test_accuracy, score?.test_accuracy_0_255];
  const [right, other] = shares.map((share) => (share === undefined ? "–" : percent(share)));
  return { right, other };
}

/** The shapes on the way through the MNIST tutorial's network. @param {Catalogue} catalogue */
function walkOf({ models }) {
  const shapes = [[1, 28, 28], ...models.mnist_tutorial.layers
    .filter(({ op }) => ["conv", "max", "flatten", "linear"].includes(op))
    .map(({ shape }) => shape)];
  return shapes.map((shape) => (shape.length > 1 ? `(${shape.join(",\u00a0")})` : shape[0])).join(" → ");
}
