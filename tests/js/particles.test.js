import assert from "node:assert/strict";
import test from "node:test";
import { withParticles } from "../../page/words/particles.js";

for (const [given, said] of [
  ["셔츠을(를) 코트(으)로", "셔츠를 코트로"],
  ["가방을(를) 가방(으)로", "가방을 가방으로"],
  ["샌들(으)로, 샌들이(가), 샌들은(는)", "샌들로, 샌들이, 샌들은"],
  ["원피스와(과) 가방와(과) 코트", "원피스와 가방과 코트"],
  ["바지(이)라고, 가방(이)라고", "바지라고, 가방이라고"],
  ["2(이)라고 3(이)라고 4(이)라고 5(이)라고 9(이)라고", "2라고 3이라고 4라고 5라고 9라고"],
  ["0(이)라고 1(이)라고 6(이)라고 7(이)라고 8(이)라고", "0이라고 1이라고 6이라고 7이라고 8이라고"],
  ["1(으)로 6(으)로 8(으)로 9(으)로", "1로 6으로 8로 9로"],
  ["10을(를) 49(으)로", "10을 49로"],
  ["99.9 %이(가)", "99.9 %가"],
  ["exp(3.5 ÷ 0.61)을(를)", "exp(3.5 ÷ 0.61)을"],
  ["'mnist'(이)라는", "'mnist'라는"],
  ["CNN이(가), MLP이(가), WebGL(으)로", "CNN이, MLP가, WebGL로"],
  ["‘숫자’은(는) …", "‘숫자’는 …"],
]) {
  test(`${given} → ${said}`, () => assert.equal(withParticles(given), said));
}

test("what asks for nothing stays as it is", () => {
  assert.equal(withParticles("특징 맵 (32개)가 있다."), "특징 맵 (32개)가 있다.");
  assert.equal(withParticles(""), "");
});
