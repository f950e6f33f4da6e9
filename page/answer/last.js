// The picture that was answered last on this page, for the tabs that look closer at one.

const answers = new Map(); // where it was answered -> the answer (see answer.js), the newest last

/** `source`: the id of the answer's panel, or "example". No answer: there is no picture any more. */
export function keepLast(source, answer) {
  answers.delete(source);
  if (answer) answers.set(source, answer);
}

/** [source, answer], or null when there is none. */
export const last = () => [...answers].at(-1) ?? null;
