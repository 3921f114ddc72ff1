import { setTimeout as delay } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { assertTopics, partyAuditTopicOf, type BusProducer, type MessagingSettings } from '@convenant/messaging';
import { safeError } from '@convenant/platform';
import { PublisherSession, type TopicCursor } from '../db/publisher-session.js';
import { TRAIL_DATABASE_URL, TrailSignal } from '../db/trail-signal.js';
import { encodeEntry } from './encode-entry.js';

/** DI tokens: the `BusProducer` of the publisher, and where it publishes. */
export const PUBLISHER_PRODUCER = Symbol('PUBLISHER_PRODUCER');
export const PUBLISHER_SETTINGS = Symbol('PUBLISHER_SETTINGS');

const PAGE_ENTRIES = 500;
// A topic takes record batches of 4 MiB; headers come to some 700 bytes an entry.
const PAGE_BYTES = 2 * 1024 * 1024;

// Milliseconds.
const POLL = 1_000;
const STANDBY = 1_000;
const LONGEST_STOP = 5_000;
const AFTER_FAILURE = { first: 100, longest: 5_000 };

/**
 * Sends each party, on its topic `<installation>.audit.<party>`, exactly what it may see, in reading order. Runs in every
 * process of the trail; one leads.
 *
 * The cursor of a party moves after the brokers have acknowledged, so nothing is skipped; a publisher that died in between,
 * or that wakes up late, leaves entries twice, further down, with the same `trailposition`. Every send begins behind what
 * its sender knew to be there, so first occurrences are in order. A topic that fails holds up no other one.
 *
 * The register makes the topics, with the rights of their parties; one that is not there yet is waited for. Brokers that do
 * not know who reads get nothing: without SASL it does not run.
 */
@Injectable()
export class TrailPublisher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('publisher');
  private readonly stop = new AbortController();
  private readonly found = new Set<string>();
  private readonly failed = new Map<string, { wait: number; until: number }>();
  private running: Promise<void> | undefined;

  constructor(
    @Inject(PUBLISHER_SETTINGS) private readonly settings: MessagingSettings,
    @Inject(TRAIL_DATABASE_URL) private readonly url: string,
    @Inject(PUBLISHER_PRODUCER) private readonly producer: BusProducer,
    private readonly signal: TrailSignal,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.kafka.sasl) this.running = this.run();
    else this.log.warn("Publishes nothing: without SASL a topic of a party would be anybody's");
  }

  /** Finishes the send under way, unless no broker answers for long; the next leader goes on. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    const patience = new AbortController();
    const longest = delay(LONGEST_STOP, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.running, longest]);
    patience.abort();
    await this.producer.disconnect();
  }

  private async run(): Promise<void> {
    let wait = AFTER_FAILURE.first;
    while (!this.stop.signal.aborted) {
      try {
        await this.lead(() => (wait = AFTER_FAILURE.first));
      } catch (error) {
        this.log.warn(`Publishing starts again in ${wait} ms: ${JSON.stringify(safeError(error))}`);
        await this.pause(wait);
        wait = Math.min(wait * 2, AFTER_FAILURE.longest);
      }
    }
  }

  private async lead(progress: () => void): Promise<void> {
    const session = await PublisherSession.open(this.url);
    try {
      while (!(await session.tryToLead())) {
        await this.pause(STANDBY);
        if (this.stop.signal.aborted) return;
      }
      await this.producer.connect();
      while (!this.stop.signal.aborted) {
        const seen = this.signal.seen;
        const now = performance.now();
        const behind = await session.behind();
        const ready = behind.filter(({ party }) => (this.failed.get(party)?.until ?? 0) <= now);
        for (const topic of ready) await this.serve(session, topic);
        if (behind.length === 0) progress();
        if (ready.length === 0) await this.signal.wait(seen, POLL, this.stop.signal);
      }
    } finally {
      await session.close();
    }
  }

  /** One page, so that no party waits for another one's year. */
  private async serve(session: PublisherSession, topic: TopicCursor): Promise<void> {
    const { party } = topic;
    if (this.stop.signal.aborted) return;
    try {
      await this.publish(session, topic);
      this.failed.delete(party);
    } catch (error) {
      const last = this.failed.get(party)?.wait;
      const wait = last === undefined ? AFTER_FAILURE.first : Math.min(last * 2, AFTER_FAILURE.longest);
      this.failed.set(party, { wait, until: performance.now() + wait });
      this.found.delete(party);
      this.log.warn(`The topic of ${party} is tried again in ${wait} ms: ${JSON.stringify(safeError(error))}`);
    }
  }

  private async publish(session: PublisherSession, topic: TopicCursor): Promise<void> {
    const { party } = topic;
    const name = partyAuditTopicOf(this.settings.installation, party);
    if (!this.found.has(party)) {
      await assertTopics(this.settings, [{ topic: name, partitions: 1 }]);
      this.found.add(party);
    }
    const rows = await session.page(topic, PAGE_ENTRIES, PAGE_BYTES);
    const last = rows.at(-1);
    if (!last) return;
    await this.producer.send(name, rows.map(encodeEntry));
    await session.move({ party, cursor: { since: Number(last.since), position: Number(last.position) } });
  }

  private async pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.stop.signal }).catch(() => undefined);
  }
}
