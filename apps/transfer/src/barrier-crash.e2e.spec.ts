import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { newId } from '@convenant/kernel';
import { eventually, type TestAnswer, type TestClient } from '@convenant/testing';
import { barrierSteps, type BarrierStep, MortalReplica } from './testing/mortal-replica.support.spec.js';
import { RaceJudge } from './testing/race-judge.support.spec.js';
import { TransferWorld } from './testing/transfer-world.support.spec.js';

/** The long form has more races, and every step for withdrawals and endings alike. */
const LONG = process.env['BARRIER_E2E_RACES'] !== undefined;
const RACES = Number(process.env['BARRIER_E2E_RACES'] ?? 16);
const REPLICAS = 3;
const AT_ONCE = 4;
const REQUESTS_PER_RACE = 3;
const ENDING_EVERY = 6;
const SPREAD_MS = 40;
/** In one race of so many the end comes when the mail is being sent, in the others before, among or behind the requests. */
const SENDING_EVERY = 4;
const LEASE = { DELIVERY_LEASE_MS: '2000', DELIVERY_TRANSPORT_TIMEOUT_MS: '300' };
/** Tokens last five minutes. */
const NEW_CLIENT_MS = 60_000;

describe('the barrier with three replicas that may end at any of its steps', () => {
  let world: TransferWorld;
  let judge: RaceJudge;
  let subjectRef: string;
  let replicas: MortalReplica[];
  const clients = new Map<MortalReplica, { client: TestClient; until: number }>();

  beforeAll(async () => {
    world = await TransferWorld.start({ env: LEASE, replicas: 0 });
    judge = await RaceJudge.install(world.ownerUrl);
    replicas = [];
    for (let each = 0; each < REPLICAS; each += 1) await startReplica();
    await world.protocol();
    subjectRef = await world.subject();
  }, 120_000);
  afterAll(async () => {
    await judge?.stop();
    await world?.stop();
  });

  async function startReplica(): Promise<void> {
    const url = await world.startReplica();
    replicas.push(new MortalReplica(world.replicas.at(-1)!, url));
  }

  /** The dead one leaves the group and the mail server in the background, as its operating system would see to. */
  async function replace(dead: MortalReplica): Promise<void> {
    replicas = replicas.filter((replica) => replica !== dead);
    world.replicas.splice(world.replicas.indexOf(dead.app), 1);
    await startReplica();
    await dead.app.close().catch(() => undefined);
  }

  async function anyClient(): Promise<TestClient> {
    const living = replicas.filter(({ dead }) => !dead);
    const replica = living[randomInt(living.length)]!;
    const known = clients.get(replica);
    if (known && performance.now() < known.until) return known.client;
    const client = await world.team({}, replica.url);
    clients.set(replica, { client, until: performance.now() + NEW_CLIENT_MS });
    return client;
  }

  /** As a good integration asks: the same key again, wherever, until it is decided. */
  async function ask(consent: { aggregateId: string; version: number }, of: Contest): Promise<TestAnswer> {
    const key = newId();
    const body = world.request(of.subjectRef, consent, { protocolId: of.protocolId });
    return eventually(
      async () => {
        const answer = await (await anyClient()).post('/transfer/v1/disclosures', body, key);
        return answer.status === 201 ? answer : undefined;
      },
      { what: 'the request is decided', deadlineMs: 60_000 },
    );
  }

  interface Contest {
    readonly protocolId: string;
    readonly subjectRef: string;
  }

  async function contest(ending: boolean): Promise<Contest> {
    if (!ending) return { protocolId: world.protocolId, subjectRef };
    const protocolId = await world.protocol(newId());
    return { protocolId, subjectRef: await world.subject(await anyClient(), protocolId) };
  }

  /** @returns the consent or protocol that ended */
  async function race(ending: boolean, sending: boolean): Promise<string> {
    const of = await contest(ending);
    const consent = await world.giveConsent(of.subjectRef, { protocolId: of.protocolId });
    const requests = Array.from({ length: REQUESTS_PER_RACE }, async () => {
      await delay(randomInt(SPREAD_MS));
      await ask(consent, of);
    });
    const moment = sending ? beingSent(consent.aggregateId) : delay(randomInt(SPREAD_MS));
    await Promise.all([...requests, moment.then(() => stop(of, consent, ending))]);
    return ending ? of.protocolId : consent.aggregateId;
  }

  async function beingSent(consentId: string): Promise<void> {
    await eventually(
      async () =>
        (
          await world.database.query(
            'SELECT FROM delivery_attempt JOIN disclosure ON id = disclosure_id WHERE consent_id = $1',
            [consentId],
          )
        ).rowCount,
      { what: 'an attempt has begun', deadlineMs: 60_000 },
    );
  }

  async function stop(of: Contest, consent: { aggregateId: string }, ending: boolean): Promise<void> {
    if (ending) await world.terminate(of.protocolId);
    else await world.withdraw(consent.aggregateId, of.subjectRef);
  }

  async function races(count: number): Promise<string[]> {
    const ended: string[] = [];
    let begun = 0;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (begun < count) {
          begun += 1;
          ended.push(await race(begun % ENDING_EVERY === 0, begun % SENDING_EVERY === 0));
        }
      }),
    );
    return ended;
  }

  async function allApplied(subjects: readonly string[]): Promise<void> {
    await eventually(async () => (await judge.applied(subjects)).size === subjects.length, {
      what: 'every barrier',
      deadlineMs: 90_000,
    });
  }

  /** A claim of a dead replica runs out after ten seconds; this is how time passes here. */
  async function claimRunsOut(subject: string): Promise<void> {
    await world.database.query(
      `UPDATE pending_barrier SET lease_until = clock_timestamp() - interval '1 second'
        WHERE owner = (SELECT owner FROM pending_barrier WHERE subject = $1)`,
      [subject],
    );
  }

  it(
    `M15 OG-C-consent, OG-8: ${RACES} races through HTTP, topics and mail leave nothing authorised and no byte sent behind the barrier`,
    async () => {
      const ended = await races(RACES);
      await allApplied(ended);
      expect(await judge.findings(world.mail)).toEqual([]);
      const { authorized, refused } = await judge.counts(ended);
      expect(authorized).toBeGreaterThan(0);
      expect(refused).toBeGreaterThan(0);
      expect(world.mail.arrivals.length).toBeGreaterThan(0);
      process.stdout.write(
        `${RACES} races: ${authorized} authorised before the barrier, ${refused} refused, ${world.mail.arrivals.length} mails\n`,
      );
    },
    180_000 + RACES * 300,
  );

  /** Whatever the step needs to be come by, and what lets go of it. */
  async function condition(step: BarrierStep, of: Contest, consent: { aggregateId: string; version: number }) {
    if (step === 'while it waits for them') {
      const writer = new pg.Client({ connectionString: world.env['DATABASE_URL'] });
      await writer.connect();
      await writer.query('BEGIN');
      await writer.query('SELECT FROM protocol_fact');
      return () => writer.end();
    }
    if (step === 'while it waits for deliveries under way') {
      let release!: () => void;
      world.mail.behaviour = { hold: new Promise((resolve) => (release = resolve)) };
      const { body } = await ask(consent, of);
      await eventually(() => world.mail.arrivals.some(({ disclosureId }) => disclosureId === body.id), {
        what: 'the mail is on its way',
      });
      return () => {
        release();
        world.mail.behaviour = {};
      };
    }
    return () => undefined;
  }

  const kinds = LONG ? [false, true] : undefined;
  it.each(barrierSteps.flatMap((step, index) => (kinds ?? [index % 2 === 1]).map((ending) => [step, ending] as const)))(
    'M15 a replica that ends %s leaves a barrier that holds (a whole protocol: %s)',
    async (step, ending) => {
      const of = await contest(ending);
      const consent = await world.giveConsent(of.subjectRef, { protocolId: of.protocolId });
      const subject = ending ? of.protocolId : consent.aggregateId;
      const letGo = await condition(step, of, consent);
      const load = step === 'while it waits for deliveries under way' ? Promise.resolve([]) : races(4);
      const dead = new Promise<MortalReplica>((died) => {
        for (const replica of replicas) replica.arm({ step, subject, died });
      });
      await stop(of, consent, ending);
      const requests = Array.from({ length: REQUESTS_PER_RACE }, () => ask(consent, of));
      const victim = await dead;
      for (const replica of replicas) replica.arm(undefined);
      await letGo();
      await claimRunsOut(subject);
      await replace(victim);
      await Promise.all(requests);
      await allApplied([subject, ...(await load)]);
      expect(await judge.findings(world.mail)).toEqual([]);
    },
    90_000,
  );

  it('M15 a replica that ends while it sends has its attempt named by the barrier, which waits for its lease', async () => {
    const of = await contest(false);
    const consent = await world.giveConsent(subjectRef);
    let release!: () => void;
    world.mail.behaviour = { hold: new Promise((resolve) => (release = resolve)) };
    const { body } = await ask(consent, of);
    const attempt = await eventually(
      async () =>
        (
          await world.database.query('SELECT owner, lease_until FROM delivery_attempt WHERE disclosure_id = $1', [
            body.id,
          ])
        ).rows[0],
      { what: 'the attempt is open' },
    );
    const sender = replicas.find(({ deliversAs }) => deliversAs === attempt.owner)!;
    sender.die();
    // Its place in the consumer group falls free, as that of a process that is gone; its socket goes on sending.
    const replaced = replace(sender);
    await stop(of, consent, false);
    await allApplied([consent.aggregateId]);
    release();
    world.mail.behaviour = {};
    const { rows } = await world.database.query('SELECT at, named FROM judged_barrier WHERE subject = $1', [
      consent.aggregateId,
    ]);
    expect(rows[0].named).toEqual([body.id]);
    expect(rows[0].at.getTime()).toBeGreaterThanOrEqual(attempt.lease_until.getTime() + 300);
    expect(await judge.findings(world.mail)).toEqual([]);
    await replaced;
  }, 90_000);
});
