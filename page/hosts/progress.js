// How much of what was asked for has been fetched.

/** @typedef {(share: number, bytes: number) => void} Follower */

export function createProgress() {
  /** @type {Follower[]} */
  const followers = [];
  let expected = 0;
  let fetched = 0;

  function tell() {
    const share = expected ? Math.min(1, fetched / expected) : 1;
    followers.forEach((call) => call(share, expected));
    if (share === 1) expected = fetched = 0;
  }

  return {
    /** @param {number} bytes are about to be fetched */
    expect(bytes) {
      expected += bytes;
      tell();
    },
    /** @param {number} bytes have come */
    came(bytes) {
      fetched += bytes;
      tell();
    },
    /** What was expected does not come. */
    giveUp() {
      expected = fetched = 0;
      tell();
    },
    /** @param {Follower} call */
    follow: (call) => void followers.push(call),
  };
}
