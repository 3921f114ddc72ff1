/**
 * Which service is killed, at which step of the story, and when: drawn from a seed, so that a run can be repeated.
 *
 * @typedef {'before' | 'inFlight' | 'after'} Moment
 *   before its request is sent; while it is on its way or being worked on; when its answer has come and what follows
 *   from it (relays, mails, barriers, purges) goes on
 * @typedef {{ service: string, step: string, request: number, moment: Moment, delayMs: number }} Kill
 *   `request`: which one of the step, from 0; `delayMs`: from the moment to the kill
 * @typedef {{ id: string, requests: number }} PlayedStep as it went undisturbed
 */

/** @type {readonly Moment[]} */
const moments = ['before', 'inFlight', 'after'];

/** The longest wait from each moment to the kill, in milliseconds. */
const longest = { before: 0, inFlight: 60, after: 400 };

/**
 * The kills of each story, in the order of its steps, never two at one step. Every service has its turn before one has a
 * second; the same seed gives the same kills on the same steps.
 * @param {{ seed: number, kills: number, perStory: number, steps: readonly PlayedStep[], services: readonly string[] }} wanted
 * @returns {Kill[][]} by story
 */
export function drawKills({ seed, kills, perStory, steps, services }) {
  const random = randomOf(seed);
  const below = (/** @type {number} */ limit) => Math.floor(random() * limit);
  /** @template T @param {readonly T[]} from @returns {T} */
  const oneOf = (from) => /** @type {T} */ (from[below(from.length)]);
  const order = steps.map(({ id }) => id);
  /** @type {string[]} */
  let waiting = [];
  /** @type {Kill[][]} */
  const stories = [];
  for (let left = kills; left > 0;) {
    const free = [...steps];
    /** @type {Kill[]} */
    const story = [];
    for (let count = Math.min(left, perStory, steps.length); count > 0; count -= 1) {
      if (waiting.length === 0) waiting = [...services];
      const [service] = /** @type {[string]} */ (waiting.splice(below(waiting.length), 1));
      const [step] = /** @type {[PlayedStep]} */ (free.splice(below(free.length), 1));
      const moment = oneOf(moments);
      const delayMs = below(longest[moment] + 1);
      story.push({ service, step: step.id, request: below(Math.max(1, step.requests)), moment, delayMs });
    }
    left -= story.length;
    stories.push(story.sort((a, b) => order.indexOf(a.step) - order.indexOf(b.step)));
  }
  return stories;
}

/** @param {Kill} kill */
export function tellKill({ service, step, request, moment, delayMs }) {
  const when = { before: 'before', inFlight: 'during', after: 'after' }[moment];
  return `${service} at step ${step}, ${delayMs === 0 ? '' : `${delayMs} ms `}${when} request ${request + 1}`;
}

/**
 * Mulberry32: small, and the same everywhere.
 * @param {number} seed
 * @returns {() => number} from 0 to below 1
 */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
