import assert from "node:assert/strict";
import test from "node:test";
import { toCsv } from "../../page/upload/csv.js";
import { percent, t } from "../../page/words/words.js";

const MODEL = { model: "m", labels: ["a", "b"] };
const BAG = { label: "b", probability: 0.75, rejected: false, probabilities: [0.25, 0.75] };

test("a line an answer, a sentence where there is none", () => {
  const text = toCsv([
    { picture: "bag.png", ...MODEL, ...BAG },
    { picture: 'say "no".png', ...MODEL, error: "no picture" },
  ]);
  assert.deepEqual(text.split("\r\n"), [
    '"picture","model","label","probability","rejected","a","b","error"',
    '"bag.png","m","b","0.75","false","0.25","0.75",""',
    '"say ""no"".png","m","","","","","","no picture"',
  ]);
});

test("each network's probabilities stand below its own labels", () => {
  const garment = { model: "garment", labels: ["bag", "coat"] };
  const digit = { model: "digit", labels: ["0", "1"] };
  const [none, one] = [
    { ...digit, label: "0", probability: 0.625, rejected: false, probabilities: [0.625, 0.375] },
    { ...digit, label: "1", probability: 0.5, rejected: true, probabilities: [0.5, 0.5] },
  ];
  const coat = { ...garment, ...BAG, label: "coat" };
  const number = { ...digit, label: "10", probability: 0.5, rejected: false };
  const text = toCsv([
    { picture: "letter", ...garment, error: "no picture" },
    { picture: "none", ...none },
    { picture: "coat", ...coat },
    { picture: "one", ...one },
    { picture: "number", ...number },
  ]);
  assert.deepEqual(text.replaceAll('"', "").split("\r\n"), [
    "picture,model,label,probability,rejected,0,1,bag,coat,error",
    "letter,garment,,,,,,,,no picture",
    "none,digit,0,0.625,false,0.625,0.375,,,",
    "coat,garment,coat,0.75,false,,,0.25,0.75,",
    "one,digit,1,0.5,true,0.5,0.5,,,",
    "number,digit,10,0.5,false,,,,,",
  ]);
});

test("where nothing was answered the labels stand there all the same", () => {
  const text = toCsv([{ picture: "p", ...MODEL, error: "no picture" }]);
  assert.equal(text.split("\r\n")[0], '"picture","model","label","probability","rejected","a","b","error"');
});

test("probabilities have the digits of a float32", () => {
  const third = Math.fround(1 / 3);
  const text = toCsv([{ picture: "p", ...MODEL, ...BAG, probabilities: [third, 1e-9] }]);
  assert.ok(text.includes('"0.3333333","1e-9"'), text);
});

test("no spreadsheet runs the name of a file", () => {
  for (const picture of ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "'=1"]) {
    assert.ok(toCsv([{ picture, ...MODEL }]).includes(`"'${picture}"`));
  }
});

test("a probability is never told as certain", () => {
  assert.deepEqual([0, 0.1234, 0.99899, 0.9995, 1].map(percent), [
    "0.0\u00a0%",
    "12.3\u00a0%",
    "99.9\u00a0%",
    ">\u00a099.9\u00a0%",
    ">\u00a099.9\u00a0%",
  ]);
});

test("a missing word yields what stands for it, its places filled", () => {
  assert.equal(t("none", { n: 3 }, "{n} of {all}"), "3 of {all}");
});
