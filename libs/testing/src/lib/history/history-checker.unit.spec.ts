import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HistoryChecker } from './history-checker.js';
import type {
  CommandFact,
  CommandRecordFact,
  EffectFact,
  OutboxFact,
  RecordFact,
  ReplicaFact,
} from './history-facts.js';

/** A whole history; a fault is planted by changing one of these lists. */
interface History {
  outbox: OutboxFact[];
  topic: RecordFact[];
  trail: OutboxFact[];
  commands: CommandFact[];
  records: CommandRecordFact[];
  effects: EffectFact[];
  rows: ReplicaFact[];
  folds: ReplicaFact[];
}

const PARTITIONS = 3;

/** Commands on some aggregates, each with an event that another service reacts to and keeps a replica of. */
function cleanHistory(
  subjects: readonly number[],
  duplicates: readonly { of: number; behind: number }[] = [],
): History {
  const versions = new Map<string, number>();
  const outbox = subjects.map((number, index): OutboxFact => {
    const subject = `s${number}`;
    const version = (versions.get(subject) ?? 0) + 1;
    versions.set(subject, version);
    return {
      service: 'consent',
      sequence: index + 1,
      id: `e${index}`,
      name: 'consent.given',
      subject,
      aggregateVersion: version,
      causationId: `request${index}`,
      digest: `${subject} ${version}`,
    };
  });
  const sent = [...outbox];
  // Harmless: a copy further down than its first occurrence.
  for (const { of, behind } of duplicates) {
    const original = outbox[of % outbox.length]!;
    const first = sent.indexOf(original);
    sent.splice(Math.min(first + 1 + behind, sent.length), 0, original);
  }
  const ends = new Map<number, number>();
  const topic = sent.map((event): RecordFact => {
    const partition = Number(event.subject.slice(1)) % PARTITIONS;
    const offset = ends.get(partition) ?? 0;
    ends.set(partition, offset + 1);
    return { ...event, partition, offset };
  });
  const rows = [...versions].map(([key, version]) => ({
    service: 'transfer',
    replica: 'consent_fact',
    key,
    state: String(version),
  }));
  return {
    outbox,
    topic,
    trail: outbox,
    commands: outbox.map(({ subject }, index) => ({
      service: 'consent',
      key: `k${index}`,
      outcome: 'acknowledged' as const,
      invokedAt: index,
      answeredAt: index + 0.5,
      answers: index % 2 ? [[subject]] : [[subject], [subject]],
      permittedUnder: [`p${subject}`],
    })),
    records: outbox.map(({ subject }, index) => ({ service: 'consent', key: `k${index}`, result: [subject] })),
    effects: outbox.map(({ id }) => ({ service: 'transfer', handler: 'keep', eventId: id })),
    rows,
    folds: rows,
  };
}

function judge(history: History): string[] {
  const checker = new HistoryChecker({
    expectedEffects: [{ service: 'transfer', handler: 'keep', of: 'consent', name: 'consent.given' }],
  });
  for (const event of history.outbox) checker.outboxRow(event);
  for (const record of history.topic) checker.topicRecord(record);
  for (const entry of history.trail) checker.auditEntry(entry);
  for (const command of history.commands) checker.command(command);
  for (const record of history.records) checker.commandRecord(record);
  for (const effect of history.effects) checker.effect(effect);
  for (const row of history.rows) checker.replicaRow(row);
  for (const row of history.folds) checker.replicaFold(row);
  return [...new Set(checker.verdict().map(({ code }) => code))].sort();
}

const histories = fc
  .tuple(
    fc.array(fc.nat(7), { minLength: 3, maxLength: 60 }),
    fc.array(fc.record({ of: fc.nat(), behind: fc.nat(30) }), { maxLength: 20 }),
  )
  .map(([subjects, duplicates]) => cleanHistory(subjects, duplicates));
const at = fc.nat();

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, each) => each !== index % list.length);
const changed = <T>(list: readonly T[], index: number, change: (item: T) => Partial<T>): T[] =>
  list.map((item, each) => (each === index % list.length ? { ...item, ...change(item) } : item));
/** Records again numbered by their partitions. */
function reoffset(records: readonly RecordFact[]): RecordFact[] {
  const ends = new Map<number, number>();
  return records.map((record) => {
    const offset = ends.get(record.partition) ?? 0;
    ends.set(record.partition, offset + 1);
    return { ...record, offset };
  });
}

/** What is planted in a clean history, and what the checker must then say, whatever the history. */
const faults: [string, (history: History, index: number) => Partial<History>, string][] = [
  [
    'a record that was dropped from the topic',
    ({ outbox, topic }, index) => ({ topic: topic.filter(({ id }) => id !== outbox[index % outbox.length]!.id) }),
    'topic.missing',
  ],
  [
    'a record of an event that no outbox has',
    ({ topic }, index) => ({ topic: changed(topic, index, () => ({ id: 'nobody' })) }),
    'topic.foreign',
  ],
  [
    'a record with another sequence',
    ({ topic }, index) => ({ topic: changed(topic, index, ({ sequence }) => ({ sequence: sequence + 1_000 })) }),
    'topic.sequence',
  ],
  [
    'a copy with another content',
    ({ topic }, index) => ({ topic: [...topic, { ...topic[index % topic.length]!, offset: 1_000, digest: 'other' }] }),
    'topic.content',
  ],
  [
    'an aggregate in two partitions',
    ({ topic }, index) => ({ topic: [...topic, { ...topic[index % topic.length]!, partition: 9, offset: 0 }] }),
    'topic.partition',
  ],
  [
    'a place in the outbox that is taken twice',
    ({ outbox }, index) => ({ outbox: changed(outbox, index, ({ sequence }) => ({ sequence: sequence + 1 })) }),
    'outbox.sequence',
  ],
  [
    'a version of an aggregate that was left out',
    ({ outbox }, index) => ({
      outbox: changed(outbox, index, ({ aggregateVersion }) => ({ aggregateVersion: aggregateVersion + 1 })),
    }),
    'outbox.versionOrder',
  ],
  ['an entry that the trail lacks', ({ trail }, index) => ({ trail: without(trail, index) }), 'audit.missing'],
  [
    'an entry that the trail has twice',
    ({ trail }, index) => ({ trail: [...trail, trail[index % trail.length]!] }),
    'audit.doubled',
  ],
  [
    'an entry that says something else',
    ({ trail }, index) => ({ trail: changed(trail, index, () => ({ digest: 'other' })) }),
    'audit.content',
  ],
  [
    'an acknowledged command that was forgotten',
    ({ records }, index) => ({ records: without(records, index) }),
    'command.forgotten',
  ],
  [
    'a command that is recorded twice',
    ({ records }, index) => ({ records: [...records, records[index % records.length]!] }),
    'command.doubled',
  ],
  [
    'an acknowledged command without its events',
    ({ commands, records }, index) => ({
      commands: changed(commands, index, () => ({ answers: [['gone']] })),
      records: changed(records, index, () => ({ result: ['gone'] })),
    }),
    'command.withoutEvents',
  ],
  [
    'two answers to one key',
    ({ commands }, index) => ({
      commands: changed(commands, index, ({ answers }) => ({ answers: [...answers, ['x']] })),
    }),
    'command.answeredDifferently',
  ],
  [
    'a refused command that was recorded',
    ({ commands }, index) => ({ commands: changed(commands, index, () => ({ outcome: 'refused' as const })) }),
    'command.refusedYetRecorded',
  ],
  [
    'an event that no command and no event caused',
    ({ outbox, topic, trail, folds, effects }) => {
      const stray = { ...outbox[0]!, id: 'stray', subject: 's99', aggregateVersion: 1, causationId: 'nobody' };
      const event = { ...stray, sequence: outbox.length + 1 };
      return {
        outbox: [...outbox, event],
        topic: [...topic, { ...event, partition: 8, offset: 0 }],
        trail: [...trail, event],
        effects: [...effects, { service: 'transfer', handler: 'keep', eventId: 'stray' }],
        folds,
      };
    },
    'effect.withoutCommand',
  ],
  [
    'an effect that happened twice',
    ({ effects }, index) => ({ effects: [...effects, effects[index % effects.length]!] }),
    'effect.doubled',
  ],
  ['an effect that did not happen', ({ effects }, index) => ({ effects: without(effects, index) }), 'effect.missing'],
  [
    'an effect of an event that never was',
    ({ effects }, index) => ({ effects: changed(effects, index, () => ({ eventId: 'never' })) }),
    'effect.withoutEvent',
  ],
  [
    'a replica that differs',
    ({ rows }, index) => ({ rows: changed(rows, index, () => ({ state: 'other' })) }),
    'replica.differs',
  ],
  ['a replica that lacks a row', ({ rows }, index) => ({ rows: without(rows, index) }), 'replica.missing'],
  ['a replica with a row too many', ({ folds }, index) => ({ folds: without(folds, index) }), 'replica.unfounded'],
];

describe('the history checker', () => {
  it('finds nothing in a clean history, however many harmless duplicates the topic has', () => {
    fc.assert(fc.property(histories, (history) => expect(judge(history)).toEqual([])));
  });

  it.each(faults)('finds %s', (_what, plant, code) => {
    fc.assert(
      fc.property(histories, at, (history, index) => {
        expect(judge({ ...history, ...plant(history, index) })).toContain(code);
      }),
    );
  });

  it('finds two first occurrences that changed places, also when copies in order follow', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(7), { minLength: 4, maxLength: 40 }), at, (subjects, index) => {
        const history = cleanHistory(subjects);
        const { partition } = history.topic[index % history.topic.length]!;
        const places = history.topic.flatMap((record, place) => (record.partition === partition ? [place] : []));
        fc.pre(places.length >= 2);
        const [first, second] = places as [number, number];
        const topic = [...history.topic];
        [topic[first], topic[second]] = [topic[second]!, topic[first]!];
        const late = reoffset([...topic, ...history.topic]);
        expect(judge({ ...history, topic: late })).toEqual(['topic.order']);
      }),
    );
  });

  it('finds what is authorised behind a barrier, and what a client was permitted after it was told enforced', () => {
    const codes = (permitted: number, invokedAt: number) => {
      const checker = new HistoryChecker();
      checker.permission({ service: 'transfer', sequence: permitted, id: 'd', under: ['consent', 'protocol'] });
      checker.barrier({ service: 'transfer', sequence: 5, subject: 'consent' });
      checker.enforced({ subject: 'protocol', at: 100 });
      const command = { service: 'transfer', key: 'k', outcome: 'unknown' as const, answers: [] };
      checker.command({ ...command, invokedAt, permittedUnder: ['consent', 'protocol'] });
      return checker.verdict().map(({ code }) => code);
    };
    expect(codes(4, 99)).toEqual([]);
    expect(codes(6, 99)).toEqual(['barrier.overtaken']);
    expect(codes(4, 101)).toEqual(['barrier.brokenForClient']);
  });

  it('finds a consumer that is not at the end, and work that is left', () => {
    const checker = new HistoryChecker();
    const partition = { service: 'transfer', topic: 't', partition: 0, end: 7 };
    checker.position({ ...partition, nextOffset: 7 });
    checker.unfinished({ service: 'transfer', what: 'dead letters', count: 0 });
    expect(checker.verdict()).toEqual([]);
    checker.position({ ...partition, nextOffset: 6 });
    checker.unfinished({ service: 'transfer', what: 'dead letters', count: 1 });
    expect(checker.verdict().map(({ invariant, code }) => [invariant, code])).toEqual([
      [9, 'work.left'],
      [9, 'work.left'],
    ]);
  });

  it('takes a few hundred thousand events in seconds', () => {
    const count = 200_000;
    const history = cleanHistory(Array.from({ length: count }, (_, index) => index % 5_000));
    const began = performance.now();
    expect(judge(history)).toEqual([]);
    expect(performance.now() - began).toBeLessThan(30_000);
  });
});
