// Korean particles: which of two forms follows a word depends on the sound it ends with.

const PAIRS = /(이\(가\)|을\(를\)|은\(는\)|와\(과\)|\(이\)|\(으\))/;
const FORMS = {
  // after a consonant, after a vowel
  "이(가)": ["이", "가"],
  "을(를)": ["을", "를"],
  "은(는)": ["은", "는"],
  "와(과)": ["과", "와"],
  "(이)": ["이", ""],
  "(으)": ["으", ""],
};
const SYLLABLES = 0xac00; // the first of 11,172, ordered by their final sound within 28
const RIEUL = 8; // the final sound ㄹ, after which (으) falls away too
// The final sounds of 영 일 이 삼 사 오 육 칠 팔 구: 0 also ends 십, 백 and 천, with a consonant.
const OF_DIGITS = [21, RIEUL, 0, 16, 0, 0, 1, RIEUL, RIEUL, 0];
/** Of letters as they are named (엘, 엠, 엔, 알): all others end with a vowel. @type {Record<string, number>} */
const OF_LETTERS = { l: RIEUL, m: 16, n: 4, r: RIEUL };

/** The final sound of what is said last in that text; 0 where it is a vowel. @param {string} text */
function finalSound(text) {
  const last = text.match(/[가-힣0-9a-z%](?=[^가-힣0-9a-z%]*$)/i)?.[0].toLowerCase() ?? "";
  if (/\d/.test(last)) return OF_DIGITS[Number(last)];
  if (/[가-힣]/.test(last)) return (last.charCodeAt(0) - SYLLABLES) % 28;
  return OF_LETTERS[last] ?? 0; // % is 퍼센트
}

/**
 * A Korean sentence with each "을(를)" and the like as the word before it asks for.
 * @param {string} text its places are filled
 */
export function withParticles(text) {
  const parts = text.split(PAIRS);
  let found = parts[0];
  for (let i = 1; i < parts.length; i += 2) {
    const [closed, open] = FORMS[/** @type {keyof typeof FORMS} */ (parts[i])];
    const sound = finalSound(found);
    const vowel = sound === 0 || (sound === RIEUL && parts[i] === "(으)");
    found += (vowel ? open : closed) + parts[i + 1];
  }
  return found;
}
