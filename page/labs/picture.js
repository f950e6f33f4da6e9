// The picture that these tabs look at: the one answered last on this page, or an example of ours.

import { drawInput } from "../answer/answer.js";
import { keepLast, last } from "../answer/last.js";
import { isShown, keepTranslated, labelName, t } from "../shell.js";
import { make } from "./choices.js";

const BAR = `
<section class="look card">
  <canvas width="28" height="28" aria-hidden="true"></canvas>
  <div class="whose"><p class="name"></p><p class="hint-line"></p></div>
  <div class="controls"></div>
  <div class="samples" role="group" data-t-label="look.examples"></div>
</section>`;

/**
 * Puts the bar that shows the picture on top of `element`.
 * @param {(picture: {input: string, subject: string, source: string, label: string}) => void}
 *   onPicture now, and whenever the tab is shown or chosen with another picture
 * @returns {Promise<HTMLElement>} where a tab may put controls of its own
 */
export async function pictureBar(element, server, onPicture) {
  const bar = make(BAR);
  element.prepend(bar);
  const examples = (await server.examples(null)) ?? [];
  let shown = null; // base64 of its bytes and its source, to see whether it is another

  function current() {
    const example = examples.find(({ subject }) => subject === "digit") ?? examples[0];
    const [source, answer] = last() ?? ["none", example];
    if (!answer) return null; // the examples did not arrive
    const subject = answer.subject ?? (answer.labels.includes("0") ? "digit" : "garment");
    return { ...answer, source, subject };
  }

  function describe() {
    const { source, label } = current() ?? {};
    if (!source) return (bar.querySelector(".name").textContent = t("look.hint"));
    const own = source === "answer" || source === "upload-answer";
    bar.querySelector(".name").textContent = t(`look.${source}`, { label: labelName(label) });
    bar.querySelector(".hint-line").textContent = own ? "" : t("look.hint");
    examples.forEach((example, i) => {
      const name = t("upload.example", { label: labelName(example.label) });
      const button = bar.querySelectorAll(".samples button")[i];
      button.title = button.ariaLabel = name;
    });
  }

  function refresh() {
    if (!isShown(element)) return;
    const picture = current();
    if (!picture) return;
    const mark = `${picture.source} ${picture.model} ${picture.input}`;
    if (mark === shown) return;
    shown = mark;
    drawInput(bar.querySelector("canvas"), picture.input);
    describe();
    onPicture(picture);
  }

  for (const example of examples) {
    const button = make(`<button class="example"><canvas width="28" height="28"></canvas></button>`);
    drawInput(button.firstChild, example.input);
    button.addEventListener("click", () => (keepLast("example", example), refresh()));
    bar.querySelector(".samples").append(button);
  }
  document.addEventListener("page:tab", refresh);
  await keepTranslated(bar, describe);
  refresh();
  return bar.querySelector(".controls");
}
