// Turns at the one core that computes here: one at a time, and who draws goes first.

/**
 * @returns {<T>(work: () => T | Promise<T>, urgent?: boolean) => Promise<T>} runs `work` when its
 *   turn has come: those that are urgent first, else in the order of asking
 */
export function createTurns() {
  /** @type {(() => void)[]} */
  const urgent = [];
  /** @type {(() => void)[]} */
  const patient = [];
  let busy = false;

  async function next() {
    if (busy || !(urgent.length || patient.length)) return;
    busy = true;
    // What was asked while the last turn computed must be heard before the patient go on.
    if (!urgent.length) await pause();
    (urgent.shift() ?? patient.shift())?.();
  }

  return (work, isUrgent = false) =>
    new Promise((resolve, reject) => {
      (isUrgent ? urgent : patient).push(async () => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
        }
        busy = false;
        next();
      });
      next();
    });
}

/** Until messages that wait have been heard; setTimeout would take 4 ms. @returns {Promise<void>} */
function pause() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
