import assert from "node:assert/strict";
import test from "node:test";
import { BATCH, batchesOf, changed, joined } from "../../page/hosts/batches.js";
import { fetchPacked } from "../../page/hosts/fetched.js";
import { createNumbers } from "../../page/hosts/numbers.js";
import { reasonOf } from "../../page/hosts/pixels.js";
import { createProgress } from "../../page/hosts/progress.js";
import { small } from "../../page/hosts/reader.js";
import { createTurns } from "../../page/hosts/turns.js";

const input = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
const bytes = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test("a picture is moved, or single pixels of it are replaced, once for each answer", () => {
  const [same, right] = changed(input, { moves: [[0, 0], [1, 0]] });
  assert.deepEqual(same, input);
  assert.deepEqual([right[0], right[1], right[27]], [0, input[0], input[26]]);
  const [none, two] = changed(input, { edits: [[], [[0, 9], [783, 8]]] });
  assert.deepEqual(none, input);
  assert.deepEqual([two[0], two[1], two[783]], [9, 1, 8]);
  assert.deepEqual(changed(input, {}), [input]);
});

test("batches are small, and together they hold every picture", () => {
  const batches = batchesOf(changed(input, { moves: Array(70).fill([0, 0]) }));
  assert.deepEqual(batches.map(({ length }) => length / 784), [BATCH, BATCH, 6]);
  const whole = joined(batches);
  assert.equal(whole.length, 70 * 784);
  assert.equal(whole[69 * 784 + 255], 1);
  assert.equal(whole[69 * 784 + 51], Math.fround(0.2));
});

test("who draws goes before who waits, and one failure stops nobody", async () => {
  const turn = createTurns();
  const order = [];
  const work = (name) => () => order.push(name);
  const asked = ["first", "second", "third"].map((name) => turn(work(name)));
  const failed = assert.rejects(turn(() => Promise.reject(new Error("broken"))), /broken/);
  asked.push(turn(work("urgent"), true), turn(work("urgent too"), true));
  await Promise.all([...asked, failed, turn(work("last"))]);
  assert.equal(order.length, 6);
  assert.ok(order.indexOf("urgent too") < order.indexOf("second"), String(order));
  assert.equal(order.at(-1), "last");
});

test("what is urgent and asked during a turn comes before all that was asked earlier", async () => {
  const turn = createTurns();
  const order = [];
  const later = [];
  const first = turn(() => {
    order.push("first");
    later.push(turn(() => order.push("urgent"), true));
  });
  await Promise.all([first, turn(() => order.push("second"))]);
  await Promise.all(later);
  assert.deepEqual(order, ["first", "urgent", "second"]);
});

test("of a number, the network is asked about what has changed since the last answer alone", async () => {
  const Tensor = class { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } };
  const asked = [];
  const given = [];
  const greys = (shades) => Float32Array.from(shades.flatMap((shade) => Array(784).fill(shade)));
  const graphs = {
    parts: ({ ink: { data } }) => ({ groups: { dims: [3], data }, spans: {}, boxes: {} }),
    sketch: ({ ink: { data } }) => ({
      image: { data: greys([...data]) },
      box: { data: Array(4 * data.length).fill(1) },
      centre: { data: Array(2 * data.length).fill(1) },
    }),
    reading: ({ logits }) => {
      given.push([...logits.data.filter((_, i) => i % 10 === 0)]);
      return { chosen: { data: [1, 0, 1] }, in_a_row: { data: [1] } };
    },
  };
  const { ofInk } = createNumbers({
    run: async (graph, feeds) => graphs[graph](feeds({ Tensor })),
    stepOf: (step) => step,
    answer: async (_, images) => {
      const shades = [...images.filter((_, i) => i % 784 === 0)];
      asked.push(shades);
      const rows = Float32Array.from(shades.flatMap((shade) => Array(10).fill(10 * shade)));
      return { logits: { data: rows }, probabilities: { data: rows }, energy: { data: shades } };
    },
  }, {});
  const ink = (...shades) => ({ width: 3, height: 1, greys: Uint8Array.from(shades) });
  await ofInk(ink(1, 3, 2));
  const { digits } = await ofInk(ink(1, 5, 4));
  await ofInk(ink(1, 5, 4));
  assert.deepEqual(asked, [[1, 3, 2], [5, 4]]);
  assert.deepEqual(given, [[10, 30, 20], [10, 50, 40], [10, 50, 40]]);
  assert.deepEqual(digits.map(({ said }) => said.energy), [1, 4]);
});

for (const [start, reason] of [
  ["\0\0\0\x18ftypheic", "film"],
  ["  %PDF-1.7", "pdf"],
  ["<?xml version='1.0'?><SVG>", "svg"],
  ["\x89PNG\r\n", "damaged"],
  ["\xff\xd8\xff\xe0", "damaged"],
  ["dear friend", "format"],
  ["", "format"],
]) {
  test(`a file that begins with ${JSON.stringify(start)} is refused: ${reason}`, () => {
    assert.equal(reasonOf(bytes(start)), reason);
  });
}

test("a mask is shown small, by averages", () => {
  const greys = Uint8Array.from({ length: 200 * 100 }, (_, i) => (i % 200 < 100 ? 255 : 0));
  const { width, height, greys: shown } = small({ width: 200, height: 100, greys });
  assert.deepEqual([width, height], [67, 34]);
  assert.deepEqual([shown[0], shown[33], shown[66]], [255, 85, 0]);
  const tiny = { width: 2, height: 1, greys: Uint8Array.of(7, 9) };
  assert.deepEqual(small(tiny), tiny);
});

test("progress counts everything that is under way, and begins anew after it", () => {
  const progress = createProgress();
  const told = [];
  progress.follow((share, size) => told.push([share, size]));
  progress.expect(10);
  progress.came(5);
  progress.expect(10);
  progress.came(15);
  progress.expect(4);
  assert.deepEqual(told, [[0, 10], [0.5, 10], [0.25, 20], [1, 20], [0, 4]]);
  progress.giveUp();
  assert.equal(told.at(-1)[0], 1);
});

test("a packed file is unpacked, or fetched plain where the host has no packed one", async () => {
  const plain = new Uint8Array(5000).fill(7);
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  const address = new URL("http://127.0.0.1/runtime.wasm");
  const warn = console.warn;
  console.warn = () => {};
  try {
    for (const sent of [packed, plain, null]) {
      const asked = [];
      let came = 0;
      globalThis.fetch = async ({ href }) => {
        asked.push(href);
        const missing = href.endsWith(".gz") && !sent;
        return missing ? new Response("", { status: 404 }) : new Response(sent ?? plain);
      };
      const found = new Uint8Array(await fetchPacked(address, (more) => (came += more)));
      assert.deepEqual(found, plain);
      assert.equal(came, (sent ?? plain).length);
      assert.equal(asked.length, sent ? 1 : 2);
    }
  } finally {
    console.warn = warn;
  }
});
