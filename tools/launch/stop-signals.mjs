import { isAlive } from '../lib/process-identity.mjs';
import { ownNpm } from './previous-start.mjs';

/**
 * Calls `stop` once, when it is time to end: Ctrl-C, SIGTERM, a closed terminal, a killed parent (the Node that handed
 * over to us, or npm).
 * @param {(why: string) => void} stop
 */
export function onTimeToEnd(stop) {
  let told = false;
  const once = (/** @type {string} */ why) => {
    if (told) return;
    told = true;
    stop(why);
  };
  // A second Ctrl-C, or npm passing the first one on, changes nothing: stopping is under way and has its own limits.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => once(signal));
  process.on('disconnect', () => once('its parent process has ended'));
  // Hearing of that must not keep a finished process from ending.
  process.channel?.unref();
  const npm = ownNpm();
  // A killed npm tells nobody.
  if (npm) setInterval(() => isAlive(npm) || once('npm has ended'), 500).unref();
}
