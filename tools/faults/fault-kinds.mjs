import { setTimeout as delay } from 'node:timers/promises';
import { kafkaApi } from '@convenant/testing';
import { replicas } from './installation.mjs';

/**
 * One fault: what it needs for itself while it lasts (`holds`: two faults never take the same), how it begins and how it
 * ends. `lasts`: milliseconds from and to.
 * @typedef {{ name: string, holds: string, lasts: [number, number], weight: number,
 *   begin: (installation: import('./installation.mjs').Installation) => unknown,
 *   end: (installation: import('./installation.mjs').Installation) => unknown }} Fault
 */

/** @returns {Fault[]} everything that can be done to the installation */
export function faultKinds() {
  return [...replicas.flatMap(({ name }) => faultsOfProcess(name)), ...faultsOfServers()];
}

/** @param {string} name @returns {Fault[]} */
function faultsOfProcess(name) {
  const proxy = (/** @type {import('./installation.mjs').Installation} */ on) => {
    const found = on.databaseProxies.get(name);
    if (!found) throw new Error(`${name} has no proxy`);
    return found;
  };
  return [
    {
      name: `kill -9 ${name}`,
      holds: name,
      lasts: [0, 3_000],
      weight: 2,
      begin: (on) => on.kill(name),
      end: (on) => on.restart(name),
    },
    {
      name: `stop and continue ${name}`,
      holds: name,
      lasts: [500, 5_000],
      weight: 1,
      begin: (on) => on.signal(name, 'SIGSTOP'),
      end: (on) => on.signal(name, 'SIGCONT'),
    },
    {
      // Longer than a session of the consumer group and a lease: it wakes up as a zombie.
      name: `stop ${name} until others took over`,
      holds: name,
      lasts: [8_000, 14_000],
      weight: 1,
      begin: (on) => on.signal(name, 'SIGSTOP'),
      end: (on) => on.signal(name, 'SIGCONT'),
    },
    {
      name: `cut ${name} off its database`,
      holds: `database of ${name}`,
      lasts: [0, 5_000],
      weight: 1,
      begin: (on) => proxy(on).cut(),
      end: (on) => proxy(on).heal(),
    },
    {
      name: `hold back what ${name} and its database say`,
      holds: `database of ${name}`,
      lasts: [300, 6_000],
      weight: 1,
      begin: (on) => proxy(on).pause(),
      end: (on) => proxy(on).heal(),
    },
    {
      name: `lose the next answer of the database to ${name}`,
      holds: `database of ${name}`,
      lasts: [500, 1_500],
      weight: 1,
      begin: (on) => proxy(on).loseAnswers({ when: () => true }),
      end: (on) => proxy(on).heal(),
    },
  ];
}

/** @returns {Fault[]} */
function faultsOfServers() {
  return [
    {
      name: 'kill -9 PostgreSQL',
      holds: 'PostgreSQL',
      lasts: [0, 2_000],
      weight: 3,
      begin: (on) => on.postgres.kill(),
      end: (on) => on.postgres.restart(),
    },
    {
      name: 'kill -9 Kafka',
      holds: 'Kafka',
      lasts: [0, 3_000],
      weight: 3,
      begin: (on) => on.kafka.kill(),
      end: (on) => on.kafka.restart(),
    },
    {
      name: 'cut everybody off Kafka',
      holds: 'network of Kafka',
      lasts: [0, 6_000],
      weight: 2,
      begin: (on) => on.kafkaProxy.cut(),
      end: (on) => on.kafkaProxy.heal(),
    },
    {
      name: 'hold back what Kafka and its clients say',
      holds: 'network of Kafka',
      lasts: [300, 6_000],
      weight: 2,
      begin: (on) => on.kafkaProxy.pause(),
      end: (on) => on.kafkaProxy.heal(),
    },
    {
      name: 'lose answers to produce requests',
      holds: 'network of Kafka',
      lasts: [500, 3_000],
      weight: 4,
      begin: (on) => on.kafkaProxy.loseAnswers({ when: ({ apiKey }) => apiKey === kafkaApi.produce, count: 3 }),
      end: (on) => on.kafkaProxy.heal(),
    },
  ];
}

/**
 * Hurts the installation until `until` (`performance.now()`), then heals what it has hurt. Its choices follow from the
 * random source alone; when another thread holds what it chose, it chooses again.
 * @param {import('./installation.mjs').Installation} installation
 * @param {import('./random.mjs').Random} random
 * @param {{ until: number, held: Set<string>, tell: (what: string) => void }} options
 * @returns {Promise<number>} how many faults there were
 */
export async function hurt(installation, random, { until, held, tell }) {
  const kinds = faultKinds().flatMap((kind) => Array.from({ length: kind.weight }, () => kind));
  let count = 0;
  for (;;) {
    await delay(random.between(300, 2_500));
    const fault = random.pick(kinds);
    const lasts = random.between(...fault.lasts);
    if (performance.now() + lasts > until) return count;
    if (held.has(fault.holds)) continue;
    held.add(fault.holds);
    try {
      count += 1;
      tell(`${fault.name}, for ${lasts} ms`);
      await fault.begin(installation);
      await delay(lasts);
      await fault.end(installation);
      tell(`over: ${fault.name}`);
    } finally {
      held.delete(fault.holds);
    }
  }
}
