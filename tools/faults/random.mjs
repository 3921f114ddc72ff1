/**
 * A reproducible source of choices (mulberry32). Each thread of a run has its own, so that what one does never shifts
 * what another chooses.
 * @typedef {{ next: () => number, below: (count: number) => number, between: (from: number, to: number) => number,
 *   chance: (share: number) => boolean, pick: <T>(list: readonly T[]) => T, uuid: () => string }} Random
 * @param {number} seed
 * @param {string} thread
 * @returns {Random}
 */
export function random(seed, thread) {
  let state = seed >>> 0;
  for (const letter of thread) state = (Math.imul(state, 31) + /** @type {number} */ (letter.codePointAt(0))) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (/** @type {number} */ count) => Math.floor(next() * count);
  return {
    next,
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: (share) => next() < share,
    pick: (list) => /** @type {any} */ (list[below(list.length)]),
    uuid: () => {
      const hex = Array.from({ length: 32 }, () => below(16).toString(16));
      hex[12] = '4';
      hex[16] = '8';
      const text = hex.join('');
      return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
    },
  };
}
