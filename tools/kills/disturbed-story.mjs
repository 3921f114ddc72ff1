import { setTimeout as delay } from 'node:timers/promises';
import { tellKill } from './plan.mjs';
import { startWatchedEntry } from './watched-entry.mjs';

/**
 * @typedef {import('./plan.mjs').Kill} Kill
 * @typedef {{ ok: boolean, steps: { id: string, ok: boolean, detail: string }[], timings: Record<string, number>,
 *   protocolId?: string }} StoryResult
 * @typedef {{ kill: Kill, upAfterMs: number }} Killed `upAfterMs`: from the kill until the service was healthy again
 * @typedef {{ result: StoryResult, steps: import('./plan.mjs').PlayedStep[], killed: Killed[], seconds: number }} Played
 */

/**
 * Plays the story while services are killed as planned, and waits until each of them is up again. Without kills it tells what
 * there is to disturb.
 * @param {{ url: string, crash: (service: string) => Promise<void>, kills?: readonly Kill[], order?: readonly string[],
 *   runStory: (options: Record<string, unknown>) => Promise<StoryResult>, options: Record<string, unknown>,
 *   tell?: (line: string) => void }} playing `order`: ids of the steps as they will be played, where any is
 *   disturbed; `options`: of the story
 * @returns {Promise<Played>}
 */
export async function playStory({ url, crash, kills = [], order = [], runStory, options, tell = () => undefined }) {
  const waiting = new Set(kills);
  /** @type {Killed[]} */
  const killed = [];
  /** @type {Map<string, Promise<void>>} */
  const busy = new Map();
  const progress = new Progress();

  const strike = (/** @type {Kill} */ kill) => {
    if (!waiting.delete(kill)) return;
    tell(`  kill -9 ${tellKill(kill)}`);
    const start = performance.now();
    // One that is still coming up from an earlier kill is killed once it is up.
    const down = (busy.get(kill.service) ?? Promise.resolve()).then(() => crash(kill.service));
    const up = down.then(() => void killed.push({ kill, upAfterMs: Math.round(performance.now() - start) }));
    // Its failure is told at the end.
    up.catch(() => undefined);
    busy.set(kill.service, up);
  };
  const later = (/** @type {Kill} */ kill) => void delay(kill.delayMs).then(() => strike(kill));

  const start = performance.now();
  const entry = await startWatchedEntry(url, (seen) => {
    const place = progress.request(seen);
    const kill = [...waiting].find(({ step, request }) => step === order[progress.ended] && request === place);
    if (!kill) return undefined;
    if (kill.moment === 'before') return { before: () => strike(kill) };
    return kill.moment === 'inFlight' ? { sent: () => later(kill) } : { answered: () => later(kill) };
  });
  try {
    const result = await runStory({
      ...options,
      baseUrl: entry.url,
      onStep: (/** @type {{ id: string }} */ step) => {
        // A step that went its way with fewer requests than foreseen is disturbed at its end.
        for (const kill of waiting) if (kill.step === step.id) strike(kill);
        progress.step(step.id);
      },
    });
    for (const kill of waiting) strike(kill);
    await Promise.all(busy.values());
    return { result, steps: progress.steps, killed, seconds: Math.round((performance.now() - start) / 1000) };
  } finally {
    await Promise.allSettled(busy.values());
    await entry.close();
  }
}

/** Where the story is, seen from outside: a step has begun when the one before it has ended. */
class Progress {
  /** @type {import('./plan.mjs').PlayedStep[]} */
  steps = [];
  #sent = new Set();

  get ended() {
    return this.steps.length;
  }

  /** @param {string} id of the step that has just ended */
  step(id) {
    this.steps.push({ id, requests: this.#sent.size });
    this.#sent.clear();
  }

  /**
   * The place of a request in its step, from 0. Commands count, each once however often it is sent, and what is asked before
   * the first of them, so that a step without commands can be disturbed too.
   * @param {import('./watched-entry.mjs').Seen} seen
   * @returns {number | undefined} undefined: it does not count
   */
  request({ path, key }) {
    if (key === undefined && (this.#sent.size > 0 || path.startsWith('/sandbox/'))) return undefined;
    const what = key ?? 'a question';
    if (this.#sent.has(what)) return undefined;
    this.#sent.add(what);
    return this.#sent.size - 1;
  }
}
