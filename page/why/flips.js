// A picture with a few of its pixels turned over, from ink to black or from black to ink: what the
// game counts, and what its own player tries. Plain numbers: no page, no host.

const INK = 128; // greys from here on are ink
const TRIED_AGAIN = 64; // pixels that the second and later moves are chosen from

/** What a pixel becomes when it is turned over. @param {number} grey */
export const flipped = (grey) => (grey < INK ? 255 : 0);

/**
 * What has been changed, as the host's edits have it.
 * @param {Uint8Array} before
 * @param {Uint8Array} now
 * @returns {number[][]} [index, grey]
 */
export const changesOf = (before, now) =>
  [...now.entries()].filter(([at, grey]) => grey !== before[at]);

/**
 * Pixels of the ink and those that touch it: no others are worth trying first.
 * @param {Uint8Array} input
 */
export function nearInk(input) {
  /** @type {number[]} */
  const found = [];
  for (let at = 0; at < 784; at++) if (around(at).some((near) => input[near])) found.push(at);
  return found;
}

/** A pixel and its neighbours. @param {number} at */
function around(at) {
  const [row, column] = [Math.floor(at / 28), at % 28];
  return Array.from({ length: 9 }, (_, i) => [row - 1 + Math.floor(i / 3), column - 1 + (i % 3)])
    .filter(([y, x]) => y >= 0 && y < 28 && x >= 0 && x < 28)
    .map(([y, x]) => 28 * y + x);
}

/**
 * How near each picture is to another answer: the largest other logit above that of `label`.
 * @param {ArrayLike<number>} logits ten for each picture
 * @param {number} label
 */
export function doubtsOf(logits, label) {
  return Array.from({ length: logits.length / 10 }, (_, picture) => {
    const ten = Array.from({ length: 10 }, (_, i) => logits[10 * picture + i]);
    return Math.max(...ten.filter((_, i) => i !== label)) - ten[label];
  });
}

/**
 * Turns over one pixel after the other, each time the one that brings another answer nearest, until
 * it is there. Greedy: fewer may do.
 * @param {Uint8Array} input
 * @param {number} label the answer to get away from
 * @param {(picture: Uint8Array, edits: number[][][]) => Promise<ArrayLike<number>>} ask logits of
 *   the picture with each of these edits
 * @param {(picture: Uint8Array) => boolean} onMove told of each; false ends it
 * @param {number} most moves
 * @returns {Promise<boolean>} whether the answer has changed
 */
export async function changeMind(input, label, ask, onMove, most) {
  const picture = input.slice();
  let tried = nearInk(input);
  for (let move = 0; move < most && tried.length; move++) {
    const doubts = doubtsOf(await ask(picture, tried.map((at) => [[at, flipped(picture[at])]])), label);
    const order = [...doubts.keys()].sort((a, b) => doubts[b] - doubts[a]);
    const at = tried[order[0]];
    picture[at] = flipped(picture[at]);
    if (!onMove(picture.slice())) return false;
    if (doubts[order[0]] > 0) return true;
    // What hardly mattered will hardly matter next time: the first move looks at all, others do not.
    tried = order.slice(1, 1 + TRIED_AGAIN).map((i) => tried[i]);
  }
  return false;
}
