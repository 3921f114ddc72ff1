import { setTimeout as delay } from 'node:timers/promises';
import { agree } from './agree.mjs';
import { Client } from './client.mjs';
import { hurt } from './fault-kinds.mjs';
import { Installation, replicas } from './installation.mjs';
import { random } from './random.mjs';
import { comeToRest, judge } from './verdict.mjs';
import { work } from './work.mjs';

const WORKERS = 6;
const HURTING = 2;
/** After the last fault clients still get their answers. */
const PATIENCE_MS = 45_000;

/**
 * Random commands under random faults, then the verdict on the whole history. The seed decides which faults and which
 * commands, not how the machine interleaves them.
 * @param {{ seed: number, milliseconds: number, tell: (line: string) => void }} options `tell`: the timeline
 * @returns {Promise<{ findings: import('@convenant/testing').Finding[], figures: Record<string, number>, logs: string[] }>}
 */
export async function runFaults({ seed, milliseconds, tell }) {
  const installation = await Installation.start();
  try {
    const client = new Client(
      installation.sandboxUrl,
      (service) => installation.urlsOf(service),
      random(seed, 'client'),
    );
    const agreed = await agree(client);
    client.commands.length = 0;
    const began = performance.now();
    const until = began + milliseconds;
    const timeline = (/** @type {string} */ what) =>
      tell(`${((performance.now() - began) / 1000).toFixed(2).padStart(7)} s  ${what}`);
    timeline(`seed ${seed}: ${WORKERS} case workers, ${HURTING} faults at a time, ${milliseconds / 1000} s`);
    client.givesUpAt(until + PATIENCE_MS);
    const held = new Set();
    const working = Array.from({ length: WORKERS }, (_, each) =>
      work(client, agreed, random(seed, `worker ${each}`), until),
    );
    const hurting = Array.from({ length: HURTING }, (_, each) =>
      hurt(installation, random(seed, `fault ${each}`), { until, held, tell: timeline }),
    );
    const faults = (await Promise.all(hurting)).reduce((sum, count) => sum + count, 0);
    await Promise.all(working);
    const fallen = installation.fallen();
    timeline('everything is healed and answered');
    const restMs = await comeToRest(installation);
    timeline(`at rest after ${restMs} ms`);
    const { findings, figures } = await judge(installation, client);
    const left = fallen.map((name) => ({
      invariant: /** @type {const} */ (9),
      code: 'process.ended',
      detail: `${name} ended by itself`,
    }));
    const answered = client.commands.filter(({ outcome }) => outcome === 'acknowledged').length;
    const unknown = client.commands.filter(({ outcome }) => outcome === 'unknown').length;
    const enforced = client.enforced.length;
    return {
      findings: [...findings, ...left],
      figures: { faults, ...figures, answered, unknown, enforced, tries: client.tries, restMs },
      logs:
        findings.length + left.length > 0 ? replicas.map(({ name }) => `${name}:\n${installation.log(name, 40)}`) : [],
    };
  } finally {
    await installation.stop();
    // Sockets that were cut are closed in the background.
    await delay(0);
  }
}
