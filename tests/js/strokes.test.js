import assert from "node:assert/strict";
import test from "node:test";
import { packed, unpacked } from "../../page/draw/link.js";
import { boxOf, inkBox } from "../../page/draw/strokes.js";

const stroke = (points, more = {}) => ({ erase: false, width: 0.1, points, ...more });
const near = (found, wanted, most) =>
  found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) <= most, `${value} ${wanted[i]}`));

test("the box reaches half a pen beyond the points, and ends with the canvas", () => {
  const box = boxOf([stroke([0.5, 0.5, 1, 0.98, 0.6, 1])]);
  near(Object.values(box), [0.45, 0.45, 1, 0.65], 1e-9);
});

test("a pen that presses reaches further, and an eraser touches nothing", () => {
  const box = boxOf([stroke([0.5, 0.5, 2]), stroke([0.1, 0.1, 1], { erase: true })]);
  near(Object.values(box), [0.4, 0.4, 0.6, 0.6], 1e-9);
});

test("nothing drawn, or all of it beside the canvas, has no box", () => {
  assert.equal(boxOf([]), null);
  assert.equal(boxOf([stroke([1.5, 0.5, 1])]), null);
});

test("what is left of the ink is found where it lies", () => {
  const ink = { width: 100, height: 50, greys: new Uint8Array(5000) };
  assert.equal(inkBox(ink, { left: 0, top: 0, right: 1, bottom: 0.5 }), null);
  ink.greys[100 * 20 + 30] = ink.greys[100 * 24 + 39] = 255;
  ink.greys[0] = 20; // a trace that the eraser's soft edge has left
  const box = inkBox(ink, { left: 0, top: 0, right: 1, bottom: 0.5 });
  near([box.left, box.top, box.right, box.bottom], [0.3, 0.2, 0.4, 0.25], 1e-9);
});

const DRAWING = [
  stroke([0.2, 0.2, 1, 0.25, 0.31, 1, 0.4, 0.5, 1]),
  stroke([0.9, 0.1, 0.8, 0.7, 0.2, 1.2], { width: 0.025 }),
  stroke([-0.5, 1.2, 1], { erase: true }),
];

test("a drawing survives its link, to a thousandth of the canvas", () => {
  const found = unpacked(packed(DRAWING, 0.006));
  assert.equal(found.length, 3);
  found.forEach(({ erase, width, points }, i) => {
    assert.equal(erase, DRAWING[i].erase);
    assert.equal(width, DRAWING[i].width);
    near(points, DRAWING[i].points, 0.001);
  });
});

test("points closer than the spacing are left out, but never the last", () => {
  const points = Array.from({ length: 100 }, (_, i) => [0.5 + i / 1000, 0.5, 1]).flat();
  const [{ points: kept }] = unpacked(packed([stroke(points)], 0.01));
  assert.ok(kept.length < 40, `${kept.length}`);
  near(kept.slice(-3), [0.599, 0.5, 1], 0.001);
});

test("a link with any one letter altered is refused, or still a drawing of numbers", () => {
  const text = packed(DRAWING, 0.006);
  let refused = 0;
  for (let i = 0; i < text.length; i++) {
    const other = text[i] === "A" ? "B" : "A";
    try {
      unpacked(text.slice(0, i) + other + text.slice(i + 1)).forEach(({ points }) =>
        assert.ok(points.every(Number.isFinite)),
      );
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      refused += 1;
    }
  }
  assert.ok(refused > 0.9 * text.length, `${refused} of ${text.length}`);
});
