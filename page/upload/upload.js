// The Upload tab: pictures from files, drag and drop, the clipboard, the camera or the examples.

import { createAnswer, fillModels } from "../answer/answer.js";
import { isShown, keepTranslated, labelName, t } from "../shell.js";
import { fromClipboard, MOST_BYTES, openCamera, showPicture, toBase64, translated } from "./pictures.js";
import { createTable } from "./table.js";

const MOST_PICTURES = 100;

/** What Gradio hands to a gr.HTML; `server.answer_photo` is ui/answers.py's. */
export function start({ element, props, server }) {
  const find = (selector) => element.querySelector(selector);
  const select = find("#upload-model");
  const model = fillModels(select, props.models, props.chosen);
  const answer = createAnswer(find("#upload-answer"), find(".seen"), model, "upload");
  const table = createTable(find(".all"), (picture) => {
    show(picture);
    find("#upload-answer").scrollIntoView({ block: "nearest" });
  });
  let pictures = []; // {file, address, base64, reply}
  let shown = null;
  let round = 0; // a new one makes the answers of older ones void

  async function take(files, source = "") {
    if (!files.length) return;
    find(".complaint").textContent = files.length > MOST_PICTURES ? t("upload.many") : source;
    for (const picture of pictures) URL.revokeObjectURL(picture.address);
    pictures = [...files]
      .slice(0, MOST_PICTURES)
      .map((file) => ({ file, address: URL.createObjectURL(file), reply: null }));
    table.list(pictures);
    show(pictures[0]);
    await answerAll();
  }

  async function answerAll() {
    const mine = ++round;
    const progress = find("progress");
    progress.max = pictures.length;
    progress.hidden = pictures.length < 2;
    for (const picture of pictures) picture.reply = null;
    show(shown ?? pictures[0]);
    for (const [i, picture] of pictures.entries()) {
      progress.value = i;
      progress.ariaLabel = t("upload.progress", { done: i, all: pictures.length });
      const reply = await ask(picture);
      if (mine !== round) return;
      picture.reply = reply;
      table.update(picture);
      if (picture === shown) show(picture);
    }
    progress.hidden = true;
  }

  async function ask(picture) {
    if (picture.file.size > MOST_BYTES) return { refusal: t("upload.large") };
    try {
      picture.base64 ??= await toBase64(picture.file);
    } catch {
      return { refusal: t("upload.unreadable") };
    }
    const reply = await server.answer_photo({
      picture: picture.base64,
      model: model().name,
      cut: !find("#whole").checked,
      invert: find("#invert").checked,
    });
    return reply ?? { refusal: t("answer.late") };
  }

  function show(picture) {
    shown = picture;
    table.mark(picture);
    const panel = find("#upload-answer");
    panel.ariaBusy = Boolean(picture && !picture.reply);
    if (!picture) return answer.empty();
    showPicture(find(".preview"), picture);
    panel.dataset.picture = picture.file.name;
    if (!picture.reply) answer.empty();
    else if (picture.reply.refusal) answer.refuse(translated(picture.reply.refusal));
    else answer.show(picture.reply);
  }

  const complain = (key) => (find(".complaint").textContent = t(key));

  // Ways in
  const input = find("#upload");
  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = ""; // the same file may be chosen again
  });
  find("#choose").addEventListener("click", () => input.click());
  const panel = document.getElementById("panel-upload");
  const over = (event) => {
    event.preventDefault();
    find(".drop").classList.toggle("over", event.type === "dragover");
  };
  panel.addEventListener("dragover", over);
  panel.addEventListener("dragleave", over);
  panel.addEventListener("drop", (event) => {
    over(event);
    take([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    if (isShown(element)) take([...event.clipboardData.files]);
  });
  find("#paste").addEventListener("click", async () => {
    const files = await fromClipboard().catch(() => []);
    if (files.length) take(files);
    else complain("upload.nothing");
  });
  for (const [i, example] of props.examples.entries()) {
    find(`[data-example="${i}"]`).addEventListener("click", async () => {
      if (model().subject !== example.subject) {
        select.value = props.models.find((model) => model.subject === example.subject).name;
        answer.relabel();
      }
      const response = await fetch(new URL(example.address, document.baseURI));
      take([new File([await response.blob()], example.name, { type: "image/png" })]);
    });
  }
  startCamera(find, (file) => take([file]), complain);

  // Choices take effect at once
  select.addEventListener("change", () => (answer.relabel(), answerAll()));
  find("#whole").addEventListener("change", answerAll);
  find("#invert").addEventListener("change", answerAll);
  keepTranslated(element, () => {
    table.list(pictures);
    for (const [i, { label }] of props.examples.entries()) {
      const button = find(`[data-example="${i}"]`);
      button.title = button.ariaLabel = t("upload.example", { label: labelName(label) });
    }
    if (shown) show(shown);
  });
}

function startCamera(find, take, complain) {
  let camera = null;
  const showCamera = (open) => {
    find(".camera").hidden = !open;
    find("#camera").hidden = open;
  };
  find("#camera").addEventListener("click", async () => {
    try {
      showCamera(true);
      camera = await openCamera(find("video"));
      find("#shoot").focus();
    } catch {
      showCamera(false);
      complain("upload.nocamera");
    }
  });
  const close = () => {
    camera?.stop();
    camera = null;
    showCamera(false);
  };
  find("#shoot").addEventListener("click", async () => {
    if (camera) take(await camera.shoot());
    close();
  });
  find("#camera-close").addEventListener("click", close);
  document.addEventListener("page:tab", close);
}
