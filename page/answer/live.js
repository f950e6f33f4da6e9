// Keeps an answer on the screen up to date while the question changes faster than answers come.
//
// Several questions may be on their way at once, so that a far server still gives many answers a
// second. The newest question replaces those that wait, an answer that comes late never overwrites
// a newer one, the last question is always answered, and a server that is away is asked again. Who
// answers on this device is asked one question at a time, the next as soon as it is done.

const MOST_IN_FLIGHT = 3;
const SHORTEST_GAP = 15; // ms between two questions: no more than the screen can show
const RETRIES = [300, 700, 1500, 3000]; // ms to wait after the first, second, ... failure in a row

/**
 * @template Reply
 * @param {object} options
 * @param {() => Promise<Reply>} options.ask puts the question as it is now; rejects when nobody
 *   answers
 * @param {(answer: Reply, current: boolean) => void} options.show current: nothing has changed since
 * @param {(away: boolean) => void} [options.onAway] the host stopped or began to answer
 * @param {boolean} [options.near] answers come from this device: one question at a time
 * @param {number} [options.gap] ms between two questions, where they are near
 * @returns {() => void} to be called whenever the question has changed
 */
export function keepAnswering({ ask, show, onAway = () => {}, near = false, gap = 0 }) {
  const most = near ? 1 : MOST_IN_FLIGHT;
  let wanted = 0; // number of the newest question
  let asked = 0; // of the last one sent
  let shown = 0; // of the one whose answer is on the screen
  let inFlight = 0;
  let failures = 0;
  let earliest = 0; // when the next question may be sent
  let roundTrip = 20; // ms, smoothed
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function next() {
    if (asked === wanted || inFlight >= most || timer) return;
    const wait = earliest - performance.now();
    if (wait > 0) {
      timer = setTimeout(() => ((timer = undefined), next()), wait);
    } else {
      put();
    }
  }

  async function put() {
    const number = (asked = wanted);
    const begun = performance.now();
    // Spread over the round trip; a busy server answers later and so is asked less often.
    earliest = near ? begun + gap : begun + Math.max(SHORTEST_GAP, roundTrip / most);
    inFlight += 1;
    next();
    try {
      const answer = await ask();
      roundTrip += (performance.now() - begun - roundTrip) / 4;
      if (failures) onAway(false);
      failures = 0;
      if (number > shown) {
        shown = number;
        show(answer, number === wanted);
      }
    } catch {
      if (number > shown) { // else the server answers: a newer question has its answer
        onAway(true);
        earliest = performance.now() + RETRIES[Math.min(failures, RETRIES.length - 1)];
        failures += 1;
        asked = Math.min(asked, wanted - 1); // ask again
      }
    }
    inFlight -= 1;
    next();
  }

  return () => {
    wanted += 1;
    next();
  };
}
