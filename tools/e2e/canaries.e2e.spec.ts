import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { addPeriod, formatInstant } from '@convenant/kernel';
import { startTelemetryForTests, type TestTelemetry } from '@convenant/platform';
import { InstallationClient, runStory, type People } from '@convenant/sandbox';
import { startOwnPostgres, type OwnPostgres } from '@convenant/testing';
import { CanarySearch } from './canaries.js';
import { attestedFor, declined, destroyOldKeys, onServer, openedByAnyKey } from './erasing.support.spec.js';
import { envelopesIn, KeyHolder } from './old-backup.js';
import { captureOutput, everyTopic, searchDatabases, searchFiles, searchMails, searchTopics } from './places.js';
import { startSystem, type SystemUnderTest } from './start-system.js';

/** Values that occur nowhere by chance; the story corrects one of them, and erases them all but those of one referral. */
const people: People = {
  referred: {
    caseRef: 'KANARIE-ZQX-77120',
    firstName: 'Quirzelinde',
    lastName: 'Xanthorpe-Vlijmzuur',
    street: 'Kanarievogeldreef 7781',
    phone: '+32 499 77 81 22 93',
    email: 'quirzelinde.xv@kanarie.example',
    newPhone: '+32 499 77 81 23 05',
  },
  withdrawing: {
    caseRef: 'KANARIE-WVJ-66034',
    firstName: 'Zbigomar',
    lastName: 'Quasterhoven',
    street: 'Putterkooistraat 9934',
    phone: '+32 499 66 03 41 57',
    email: 'zbigomar.q@kanarie.example',
  },
};
const canaries = Object.values(people).flatMap((person) => Object.values(person) as string[]);

/** Every byte that was ever logged is kept, and whole pages are logged, as on a server that is archived. */
const KEPT_LOG = { wal_keep_size: '8GB', full_page_writes: 'on' };

let postgres: OwnPostgres | undefined;
let system: SystemUnderTest | undefined;
let protocolId: string;
let telemetry: TestTelemetry;
let output: ReturnType<typeof captureOutput>;

beforeAll(async () => {
  output = captureOutput();
  telemetry = startTelemetryForTests();
  postgres = await startOwnPostgres({ settings: KEPT_LOG });
  system = await startSystem(postgres.url);
  const played = await runStory({ baseUrl: system.url, people, kafka: system.storyKafka });
  const { ok, steps } = played;
  protocolId = played.protocolId!;
  expect({ ok, last: steps.at(-1)?.detail }).toEqual({ ok: true, last: expect.any(String) });
  expect(steps.filter(({ detail }) => /410 ANSWER_ERASED/.test(detail)).length).toBeGreaterThan(3);
}, 240_000);

afterAll(async () => {
  output?.release();
  await system?.stop();
  await postgres?.dispose();
  await telemetry?.stop();
}, 60_000);

function spansAsText(): string[] {
  return telemetry.spans().map(({ name, attributes, events, status, links, resource }) =>
    JSON.stringify({
      name,
      attributes,
      events,
      status,
      links: links.map((link) => link.attributes),
      resource: resource.attributes,
    }),
  );
}

describe('values of people', () => {
  it('stand in no topic, neither in keys nor headers nor values, nor in those of parties', async () => {
    const search = new CanarySearch(canaries);
    const topics = await everyTopic(system!);
    expect(topics.filter((topic) => /\.(in|audit)\./.test(topic))).toHaveLength(6);
    expect(await searchTopics({ ...system!, topics }, search)).toBeGreaterThan(1000);
    expect(search.found).toEqual([]);
  });

  it('stand in no table of any service, in any form', async () => {
    const search = new CanarySearch(canaries);
    expect(await searchDatabases(system!, search)).toBeGreaterThan(500);
    expect(search.found).toEqual([]);
  });

  it('stand in no log line', () => {
    const search = new CanarySearch(canaries);
    const text = output.text();
    // One line per answer of a service, at least.
    expect(text.match(/"route":"\/transfer\//g)?.length ?? 0).toBeGreaterThan(50);
    search.in('the logs', text);
    expect(search.found).toEqual([]);
  });

  it('stand in no trace', () => {
    const search = new CanarySearch(canaries);
    const spans = spansAsText();
    expect(spans.length).toBeGreaterThan(200);
    for (const span of spans) search.in('a span', span);
    expect(search.found).toEqual([]);
  });

  it('stand in no mail', async () => {
    const search = new CanarySearch(canaries);
    // Archives with their signatures, and notices of a breach.
    expect(await searchMails(system!, search)).toBeGreaterThan(7);
    expect(search.found).toEqual([]);
  });

  it('stand in no file of the database server: tables, free space, write-ahead log', async () => {
    const search = new CanarySearch(canaries);
    expect(await searchFiles(postgres!.data, 'the server', search)).toBeGreaterThan(1000);
    expect(search.bytes).toBeGreaterThan(100_000_000);
    expect(search.found).toEqual([]);
  }, 60_000);

  it('can be read from a backup up to the erasure horizon, as the attestation states, and by nobody beyond it', async () => {
    const client = new InstallationClient(system!.url);
    const database = system!.databases.get('transfer')!;
    const { body: clock } = await client.sandbox('POST', 'clock', { now: '2037-11-05T10:00:00+01:00' });
    expect(clock.now).toMatch(/^2037-11-05/);

    const backup = await postgres!.backUp();
    const restored = await backup.start();
    const old = await envelopesIn(onServer(database, restored.url));
    await restored.stop();
    // How many of the story's fifty were delivered before their withdrawal is a race.
    expect(old.length).toBeGreaterThan(0);
    const disclosures = [...new Set(old.map(({ disclosureId }) => disclosureId))];
    await Promise.all(disclosures.map((id) => declined(client, id)));
    const attested = await attestedFor(client, protocolId, disclosures);
    expect(await envelopesIn(database)).toEqual([]);
    for (const { erasedAt, erasureHorizonAt } of attested) {
      expect(erasureHorizonAt).toBe(formatInstant(addPeriod(Date.parse(erasedAt), 'P30D')));
    }

    // Erased, and yet: with this backup and the keys of the day it is there. That is what the horizon says.
    const today = await KeyHolder.of(system!.keyringFile);
    const opened = await Promise.all(old.map((envelope) => today.open(envelope)));
    const shown = new CanarySearch(canaries);
    for (const content of opened) shown.in('an old envelope', content as Buffer);
    expect(opened.every((content) => Buffer.isBuffer(content))).toBe(true);
    expect(shown.found.length).toBeGreaterThan(disclosures.length);

    const keys = await destroyOldKeys(client);
    for (const { erasedAt, erasureHorizonAt } of attested) {
      expect(Date.parse(keys.erasureHorizon.erasedUpTo)).toBeGreaterThan(Date.parse(erasedAt));
      expect(Date.parse(keys.erasureHorizon.reachedAt)).toBeLessThan(Date.parse(erasureHorizonAt));
    }

    const later = await KeyHolder.of(system!.keyringFile);
    expect(later.generations).toEqual([2]);
    expect(new Set(await Promise.all(old.map((envelope) => later.open(envelope))))).toEqual(
      new Set(['KeyUnavailable']),
    );
    expect(await openedByAnyKey(later, old, [postgres!.data, backup.data])).toEqual([]);
    const search = new CanarySearch(canaries);
    await searchFiles(postgres!.data, 'the server', search);
    await searchFiles(backup.data, 'the backup', search);
    expect(search.found).toEqual([]);
  }, 180_000);

  it('would be found in each of these places', async () => {
    const [planted] = canaries as [string];
    const owner = new pg.Client({ connectionString: system!.databases.get('consent')! });
    await owner.connect();
    await owner.query('CREATE TABLE planted (bytes bytea, text text)');
    await owner.query('INSERT INTO planted VALUES ($1, NULL), (NULL, $2)', [
      Buffer.from(planted),
      Buffer.from(`x${planted}`).toString('base64'),
    ]);
    const inTables = new CanarySearch(canaries);
    await searchDatabases(system!, inTables);
    expect(inTables.found).toEqual([
      'canary 0 as hex in table consent: public.planted',
      expect.stringMatching(/^canary 0 as base64 after 1 in table consent: public.planted$/),
    ]);
    await owner.query('DROP TABLE planted');
    await owner.end();

    const { brokers, sasl } = system!.kafka;
    const producer = new kafkajs.Kafka({
      clientId: 'planter',
      brokers,
      sasl: { mechanism: 'scram-sha-512', ...sasl },
      logLevel: kafkajs.logLevel.NOTHING,
    }).producer();
    await producer.connect();
    // Nobody reads this topic for its facts any more: the services are not asked for anything after this test.
    const topic = system!.topics.find((name) => name.includes('.breach.'))!;
    await producer.send({
      topic,
      messages: [{ key: planted, value: Buffer.from(planted).toString('hex'), headers: { note: `__${planted}` } }],
    });
    await producer.disconnect();
    const inTopics = new CanarySearch(canaries);
    await searchTopics(system!, inTopics);
    expect(inTopics.found.sort()).toEqual([
      `canary 0 as hex in value in ${topic}`,
      `canary 0 as plain in header note in ${topic}`,
      `canary 0 as plain in key in ${topic}`,
    ]);

    const inFiles = new CanarySearch(canaries);
    await searchFiles(postgres!.data, 'the server', inFiles);
    // Dropped, and still in the log.
    expect(inFiles.found).toContainEqual(expect.stringMatching(/^canary 0 as plain in the server: pg_wal/));

    process.stdout.write(`${planted}\n`);
    const inLogs = new CanarySearch(canaries);
    inLogs.in('the logs', output.text());
    expect(inLogs.found).toEqual(['canary 0 as plain in the logs']);
  });
});
