// keepAnswering with a clock of its own: no second passes while these run.

import assert from "node:assert/strict";
import test, { beforeEach, mock } from "node:test";

mock.timers.enable({ apis: ["setTimeout", "Date"] });
performance.now = () => Date.now();
const { keepAnswering } = await import("../../page/answer/live.js");

beforeEach(() => mock.timers.reset() ?? mock.timers.enable({ apis: ["setTimeout", "Date"] }));

/** Lets time pass, and what waits for promises go on. */
async function pass(ms) {
  for (let i = 0; i < ms; i++) {
    mock.timers.tick(1);
    for (let turn = 0; turn < 8; turn++) await null;
  }
}
const after = (ms, value) => new Promise((resolve) => setTimeout(() => resolve(value), ms));

test("a server 150 ms away still gives many answers a second", async () => {
  let [question, most, inFlight] = [0, 0, 0];
  const shown = [];
  const changed = keepAnswering({
    async ask() {
      most = Math.max(most, (inFlight += 1));
      const answer = await after(150, question);
      inFlight -= 1;
      return answer;
    },
    show: (answer) => shown.push(answer),
  });
  for (; question < 100; question++) {
    changed();
    await pass(10);
  }
  assert.ok(shown.length >= 8, `${shown.length} in a second`);
  assert.ok(most <= 3, `${most} at once`);
  changed();
  await pass(500);
  assert.equal(shown.at(-1), 100, "the last question is answered");
  assert.deepEqual(shown, [...shown].sort((a, b) => a - b));
});

test("an answer that comes late never overwrites a newer one", async () => {
  const waits = [90, 20];
  const shown = [];
  let asked = 0;
  const changed = keepAnswering({
    ask: () => after(waits[asked], asked++),
    show: (answer, current) => shown.push([answer, current]),
  });
  changed();
  await pass(30);
  changed();
  await pass(200);
  assert.deepEqual(shown, [[1, true]]);
});

test("a server that is away is asked again, and told of once it is back", async () => {
  let away = true;
  const said = [];
  const shown = [];
  const changed = keepAnswering({
    ask: async () => {
      if (away) throw new Error("nobody");
      return "here";
    },
    show: (answer) => shown.push(answer),
    onAway: (isAway) => said.push(isAway),
  });
  changed();
  await pass(700);
  assert.deepEqual([shown, new Set(said)], [[], new Set([true])]);
  away = false;
  await pass(4000);
  assert.deepEqual([shown, said.at(-1)], [["here"], false]);
});

test("a question lost after a newer one was answered says nothing of the server", async () => {
  const waits = [90, 20];
  const away = [];
  let asked = 0;
  const changed = keepAnswering({
    ask: () => {
      const mine = asked++;
      return after(waits[mine]).then(() => (mine ? mine : Promise.reject(new Error("lost"))));
    },
    show: () => {},
    onAway: (is) => away.push(is),
  });
  changed();
  await pass(30);
  changed();
  await pass(5000);
  assert.deepEqual([asked, away], [2, []]);
});
