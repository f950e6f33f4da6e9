// The stages of a picture's way, as the server sends them, and how they are drawn.

import { t } from "../shell.js";
import { bytesOf, colourOf, css, greyOf, paint } from "./colours.js";

/** Adds to a stage what the page needs: its numbers and how they lie in pictures. */
export function readStage(stage) {
  const bytes = bytesOf(stage.u8);
  const step = (stage.high - stage.low) / 255;
  const values = stage.numbers ?? Float32Array.from(bytes, (byte) => stage.low + byte * step);
  const vector = stage.shape.length === 1;
  const [maps, height, width] = vector ? [1, ...nearSquare(values.length)] : stage.shape;
  return { ...stage, values, vector, maps, height, width };
}

/** [height, width] of a picture of so many numbers. */
function nearSquare(count) {
  let height = Math.floor(Math.sqrt(count));
  while (count % height) height -= 1;
  return [height, count / height];
}

export const mapOf = ({ values, height, width }, index) =>
  values.slice(index * height * width, (index + 1) * height * width);

/** What gets the brightest colour: the largest magnitude in the whole stage. */
const topOf = ({ low, high }) => Math.max(Math.abs(low), Math.abs(high));

/** number -> RGB for the maps of a stage. */
export function colouring(stage) {
  if (stage.kind === "input") return greyOf;
  const top = topOf(stage);
  return (value) => colourOf(value, top);
}

export function paintMap(canvas, stage, index) {
  paint(canvas, mapOf(stage, index), stage.width, stage.height, colouring(stage));
}

/** The map that says most: whose numbers differ most from one another. */
export function strongest(stage) {
  let best = 0;
  let most = -1;
  for (let i = 0; i < stage.maps; i++) {
    const values = mapOf(stage, i);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    if (spread > most) [best, most] = [i, spread];
  }
  return best;
}

/** A few features as bars up and down from 0, on a canvas of that many pixels a side. */
export function paintBars(canvas, stage, side) {
  const [top, bottom] = [Math.max(0, stage.high), Math.min(0, stage.low)];
  const scale = side / (top - bottom || 1);
  const step = side / stage.values.length;
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  context.fillStyle = css(colourOf(0, 1));
  context.fillRect(0, 0, side, side);
  stage.values.forEach((value, i) => {
    context.fillStyle = css(colourOf(Math.sign(value) * 0.7, 1));
    const y = Math.min(value, 0) === 0 ? top - value : top;
    context.fillRect(i * step + 1, y * scale, step - 2, Math.max(1, Math.abs(value) * scale));
  });
}

/** "(32, 14, 14)", or "3136". */
export const shapeOf = ({ shape }) => (shape.length > 1 ? `(${shape.join(", ")})` : `${shape[0]}`);

/** Its name without that of the block it belongs to. */
export const shortName = ({ name, block }) =>
  (block ? name.slice(block.length + 1) : name).replaceAll("_", ".");

/** Why the picture has this shape now, in a sentence or two. */
export function reasonOf(stage, source) {
  const values = {
    maps: stage.maps,
    from: source?.maps,
    k: stage.kernel,
    p: stage.padding,
    s: stage.stride,
    before: source?.height,
    after: stage.height,
    beforeShape: source && shapeOf(source),
    count: stage.shape[0],
    all: source?.shape[0],
    shape: source?.shape.join(" × "),
    a: stage.constants[0]?.toFixed(4),
    b: stage.constants[1]?.toFixed(4),
  };
  let key = stage.kind;
  if (key === "conv") key = stage.kernel === 1 ? "conv1" : stage.padding ? "conv.padded" : "conv.bare";
  if (key === "linear" && stage.name !== "logits") key = "hidden";
  if (key === "add" && stage.sources[1].includes("shortcut")) key = "add.shortcut";
  return t(`why.${key}`, values);
}
