import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { alternately, median, percentile, row } from '../bench.mjs';
import { secondsUntil, World } from './world.mjs';

export const what = 'outbox to topic, topic to inbox, the whole path, latency, memory';

/** @type {import('../bench.mjs').Bench['options']} */
export const options = {
  events: { type: 'string', default: '200000' },
  rounds: { type: 'string', default: '3' },
  /** Memory over 2,000,000 events instead of those of the whole path. */
  long: { type: 'boolean', default: false },
  /** One of the parts: `relay`, `inbox`, `path` or `latency`. */
  only: { type: 'string' },
  /** A folder for CPU profiles of relay, consumer and writer. */
  profile: { type: 'string' },
};

const KAFKAJS = "kafkajs' encoder";
const OURS = 'own batches';
const PARTS = ['relay', 'inbox', 'path', 'latency'];
const MIB = 2 ** 20;
const HEAP = 256;
/** Of the whole path: by then every process has compiled what it runs. */
const WARM_UP = 50_000;

/** @typedef {import('../bench.mjs').Row} Row @typedef {import('./world.mjs').Usage} Usage */

/** @type {import('../bench.mjs').Bench['run']} */
export async function run({ options: given, servers, progress }) {
  const [events, rounds] = [wholeNumber(given, 'events'), wholeNumber(given, 'rounds')];
  const chosen = given.only === undefined ? PARTS : [String(given.only)];
  if (!chosen.every((part) => PARTS.includes(part))) throw new Error(`--only must be one of ${PARTS.join(', ')}`);
  const profiles = given.profile === undefined ? undefined : resolve(given.profile);
  if (profiles) mkdirSync(profiles, { recursive: true });
  const world = (/** @type {number | undefined} */ heap = undefined) => new World(at, profiles, heap);
  progress('starting PostgreSQL and Kafka …');
  const at = await servers();
  /** @type {Record<string, () => Promise<Row[]>>} */
  const parts = {
    relay: () => outboxToTopic(world, { events, rounds, progress }),
    inbox: () => topicToInbox(world, { events, rounds, progress }),
    path: () => wholePath(world, { events: given.long ? 2_000_000 : events, progress }),
    latency: () => latency(world, progress),
  };
  const rows = [];
  for (const part of chosen) rows.push(...(await /** @type {() => Promise<Row[]>} */ (parts[part])()));
  return rows;
}

/**
 * @param {() => World} newWorld
 * @param {{ events: number, rounds: number, progress: (text: string) => void }} plan
 */
async function outboxToTopic(newWorld, { events, rounds, progress }) {
  /** @type {Record<string, World>} */
  const worlds = { [KAFKAJS]: newWorld(), [OURS]: newWorld() };
  try {
    /** @type {Record<string, import('./world.mjs').Child>} */
    const relays = {};
    for (const [variant, world] of Object.entries(worlds)) {
      await world.open();
      relays[variant] = await world.relay(variant);
    }
    const one = async (/** @type {string} */ variant) => {
      const [world, relay] = [/** @type {World} */ (worlds[variant]), /** @type {any} */ (relays[variant])];
      await world.load(events);
      const before = await world.consumable();
      const { cpuMicros } = await relay.ask('usage');
      await world.pause(false);
      const seconds = await secondsUntil(() => world.consumable(), before + events);
      const cpu = ((await relay.ask('usage')).cpuMicros - cpuMicros) / events;
      progress(
        `outbox -> topic, ${variant}: ${Math.round(events / seconds)} events/s, ${cpu.toFixed(1)} us of CPU each`,
      );
      return { rate: events / seconds, cpu };
    };
    // The first rows of a process are compiled on the way.
    /** @type {Record<string, { rate: number, cpu: number }[]>} */
    const measured = await alternately(rounds + 1, { [KAFKAJS]: () => one(KAFKAJS), [OURS]: () => one(OURS) });
    const of = (/** @type {string} */ variant, /** @type {'rate' | 'cpu'} */ figure) =>
      median((measured[variant] ?? []).slice(1).map((each) => each[figure]));
    const rate = row({ metric: `outbox -> topic, ${KAFKAJS}`, value: of(KAFKAJS, 'rate'), unit: 'events/s' });
    const cpu = row({ metric: `relay CPU, ${KAFKAJS}`, value: of(KAFKAJS, 'cpu'), unit: 'us/event' });
    return [
      rate,
      row({
        metric: 'outbox -> topic',
        value: of(OURS, 'rate'),
        unit: 'events/s',
        against: rate,
        target: { atLeast: 60_000 },
      }),
      cpu,
      row({ metric: 'relay CPU', value: of(OURS, 'cpu'), unit: 'us/event', against: cpu, target: { atMost: 15 } }),
    ];
  } finally {
    for (const world of Object.values(worlds)) await world.close();
  }
}

/**
 * @param {() => World} newWorld
 * @param {{ events: number, rounds: number, progress: (text: string) => void }} plan
 */
async function topicToInbox(newWorld, { events, rounds, progress }) {
  const world = newWorld();
  await world.open();
  try {
    const relay = await world.relay();
    await world.load(events);
    await world.pause(false);
    await secondsUntil(() => world.consumable(), events);
    await relay.end();
    const raw = async () => {
      const child = await world.raw();
      await secondsUntil(child.seen, 1);
      const already = child.seen();
      const seconds = await secondsUntil(child.seen, events);
      await child.end();
      return note('raw eachBatch', (events - already) / seconds, 0);
    };
    const inbox = (/** @type {string} */ variant) => async () => {
      const consumer = await world.consumer(variant);
      await secondsUntil(consumer.handled, 1);
      const [already, { cpuMicros }] = [await consumer.handled(), await consumer.ask('usage')];
      const seconds = await secondsUntil(consumer.handled, events);
      const cpu = ((await consumer.ask('usage')).cpuMicros - cpuMicros) / (events - already);
      await consumer.end();
      return note(`inbox, ${variant}`, (events - already) / seconds, cpu);
    };
    const note = (/** @type {string} */ what, /** @type {number} */ rate, /** @type {number} */ cpu) => {
      progress(`topic -> ${what}: ${Math.round(rate)} events/s, ${cpu.toFixed(1)} us of CPU each`);
      return { rate, cpu };
    };
    const measured = await alternately(rounds, { raw, single: inbox('one by one'), batch: inbox('in batches') });
    const of = (/** @type {'raw' | 'single' | 'batch'} */ variant, /** @type {'rate' | 'cpu'} */ figure) =>
      median(measured[variant].map((each) => each[figure]));
    const baseline = row({
      metric: 'topic -> nothing, raw kafkajs eachBatch',
      value: of('raw', 'rate'),
      unit: 'events/s',
    });
    const target = { atLeast: 30_000 };
    return [
      baseline,
      row({ metric: 'topic -> inbox', value: of('batch', 'rate'), unit: 'events/s', against: baseline, target }),
      row({ metric: 'consumer CPU', value: of('batch', 'cpu'), unit: 'us/event' }),
      row({
        metric: 'topic -> inbox, handler called one by one',
        value: of('single', 'rate'),
        unit: 'events/s',
        against: baseline,
      }),
    ];
  } finally {
    await world.close();
  }
}

/**
 * Writer, relay and applying consumer at once, each in a process of its own; and what memory they took. On a large machine V8
 * has no reason to collect before some hundreds of MiB: so that what they need shows, they are given less.
 * @param {(heap: number) => World} newWorld
 * @param {{ events: number, progress: (text: string) => void }} plan
 */
async function wholePath(newWorld, { events, progress }) {
  const world = newWorld(HEAP);
  await world.open();
  try {
    const [relay, consumer, writer] = [await world.relay(), await world.consumer('in batches'), await world.writer()];
    const plan = { perTransaction: 250, atOnce: 2 };
    await writer.ask('write', { ...plan, count: WARM_UP });
    await secondsUntil(consumer.handled, WARM_UP);
    const parts = { 'the writer': writer, 'the relay': relay, 'the consumer': consumer };
    const before = await usedBy(parts, world);
    const writing = writer.ask('write', { ...plan, count: events });
    // Each look costs the two cores that everything shares.
    const seconds = await secondsUntil(consumer.handled, WARM_UP + events, 100);
    await writing;
    const after = await usedBy(parts, world);
    progress(`whole path: ${Math.round(events / seconds)} events/s`);
    const times = [...after].map(([name, micros]) =>
      row({
        metric: `whole path, processor time of ${name}`,
        value: (micros - (before.get(name) ?? 0)) / events,
        unit: 'us/event',
      }),
    );
    const memory = async (/** @type {string} */ name, /** @type {{ ask: any }} */ child) => {
      const { peakBytes } = /** @type {Usage} */ (await child.ask('usage'));
      const metric = `peak memory of the ${name}, ${events.toLocaleString('en')} events`;
      return row({ metric, value: peakBytes / MIB, unit: 'MiB', target: { atMost: 300 } });
    };
    const rate = { metric: 'whole path', value: events / seconds, unit: 'events/s', target: { atLeast: 20_000 } };
    const rows = [row(rate), ...times, await memory('relay', relay), await memory('consumer', consumer)];
    await consumer.end();
    return rows;
  } finally {
    await world.close();
  }
}

/**
 * Microseconds of processor time used so far. Without servers that run on another machine.
 * @param {Record<string, import('./world.mjs').Child>} children
 * @param {World} world
 * @returns {Promise<Map<string, number>>}
 */
async function usedBy(children, world) {
  /** @type {Map<string, number>} */
  const used = new Map(await world.usedByServers());
  for (const [name, child] of Object.entries(children)) used.set(name, (await child.ask('usage')).cpuMicros);
  return used;
}

/** @param {() => World} newWorld @param {(text: string) => void} progress */
async function latency(newWorld, progress) {
  const world = newWorld();
  await world.open();
  try {
    await world.relay();
    const [consumer, writer] = [await world.consumer('one by one'), await world.writer()];
    await writer.ask('write', { count: 300, perTransaction: 1, perSecond: 100 });
    await secondsUntil(consumer.handled, 300);
    await consumer.ask('noteEffects', true);
    const committed = await writer.ask('write', { count: 2_000, perTransaction: 1, perSecond: 100 });
    await secondsUntil(consumer.handled, 2_300);
    const effects = new Map(await consumer.ask('effects'));
    const waits = committed.map((/** @type {[string, string]} */ [id, at]) => {
      const effect = effects.get(id);
      if (effect === undefined) throw new Error(`The effect of ${id} was not seen`);
      return Math.max(0, Number(BigInt(effect) - BigInt(at)) / 1e6);
    });
    await consumer.end();
    progress(`commit -> effect: p50 ${median(waits).toFixed(1)} ms, p99 ${percentile(waits, 99).toFixed(1)} ms`);
    const at = (/** @type {number} */ percent, /** @type {number} */ atMost) =>
      row({
        metric: `commit -> effect at 100 events/s, p${percent}`,
        value: percentile(waits, percent),
        unit: 'ms',
        target: { atMost },
      });
    return [at(50, 5), at(99, 25)];
  } finally {
    await world.close();
  }
}

/** @param {Record<string, any>} given @param {string} name */
function wholeNumber(given, name) {
  const value = Number(given[name]);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`--${name} must be a whole number, at least 1`);
  return value;
}
