import { setTimeout as delay } from 'node:timers/promises';
import type { FactService } from '@convenant/contracts';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { BusProducer } from '../bus/bus.js';
import { within } from '../bus/within.js';
import { Opening } from '../opening/opening.js';
import { RestoreCheck } from '../opening/restore-check.js';
import { RelaySignal } from '../outbox/relay-signal.js';
import { MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';
import { safeWords } from '../telemetry/safe-words.js';
import { inBatchSpan, startSendSpans } from '../telemetry/spans.js';
import { sourceOf, topicOf } from '../topics/topics.js';
import type { OutboxPage } from './outbox-page.js';
import { OutboxRecord } from './outbox-record.js';
import { RecordForm } from './record-form.js';
import { RelaySession, type Cursor } from './relay-session.js';
import { Wakeup } from './wakeup.js';

/** DI token of the relay's `BusProducer`. */
export const RELAY_PRODUCER = Symbol('RELAY_PRODUCER');

const PAGE_ROWS = 1_800;
// A page of so many rows shows a flow that makes a fuller one by itself: relay, broker and consumers pay per page too.
const BRISK_ROWS = 200;

// Milliseconds. Commits wake the relay; polling finds what a lost wake-up left.
const POLL = 500;
const UNSETTLED = { first: 2, longest: 50 };
const LINGER = 20;
const STANDBY = 1_000;
const CLOSED_GLANCE = 500;
const LONGEST_COMPARISON = 10_000;
const LONGEST_STOP = 4_000;
const LONGEST_DISCONNECT = 500;
const AFTER_FAILURE = { first: 100, longest: 5_000 };

/**
 * Sends the outbox of this service to its topic: every event, first occurrences in commit order, numbered densely. Runs in
 * every process of the service; one leads.
 *
 * A lost answer or a lost leadership sends events twice, further down the topic; inboxes recognise them. The cursor moves only
 * after the brokers have acknowledged, and only while the epoch is still ours: the next batch waits for that.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('relay');
  private readonly wakeup = new Wakeup();
  private readonly topic: string;
  private readonly form: RecordForm;
  private running: Promise<void> | undefined;
  private stopping = false;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings,
    @Inject(RELAY_PRODUCER) private readonly producer: BusProducer,
    @Inject(RelaySignal) private readonly signal: RelaySignal,
    @Inject(Opening) private readonly opening: Opening,
    @Inject(RestoreCheck) private readonly restoreCheck: RestoreCheck,
  ) {
    this.topic = topicOf(settings.installation, settings.service as FactService);
    this.form = new RecordForm(sourceOf(settings.installation, settings.service));
  }

  /** The start waits for the comparison with the topic, so that a service that is up is open; not for ever for a broker. */
  async onApplicationBootstrap(): Promise<void> {
    this.running = this.run();
    await this.opening.untilCompared(LONGEST_COMPARISON, () => this.stopping);
  }

  /**
   * Finishes the send under way, unless no broker answers for long. What is not sent yet is sent by the next leader.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.wakeup.wake();
    await within(LONGEST_STOP, this.running ?? Promise.resolve());
    await within(LONGEST_DISCONNECT, this.producer.disconnect());
  }

  private async run(): Promise<void> {
    let wait = AFTER_FAILURE.first;
    while (!this.stopping) {
      try {
        await this.lead(() => (wait = AFTER_FAILURE.first));
      } catch (error) {
        this.log.warn(`The relay starts again in ${wait} ms: ${safeWords(error)}`);
        await this.wakeup.wait(wait);
        wait = Math.min(wait * 2, AFTER_FAILURE.longest);
      }
    }
  }

  private async lead(progress: () => void): Promise<void> {
    const session = await RelaySession.open(
      this.dataSource,
      `${this.settings.installation}.${this.settings.service}.relay`,
    );
    try {
      while (!(await session.tryToLead())) {
        await this.wakeup.wait(STANDBY);
        if (this.stopping) return;
      }
      await this.producer.connect();
      let cursor = await session.takeEpoch();
      if (!(await this.restoreCheck.passes(cursor.epoch))) return await this.untilRebased();
      await session.listen(() => this.wakeup.wake());
      this.signal.setLocalRelay(() => this.wakeup.wake());
      this.log.log(`Leads with epoch ${cursor.epoch} from sequence ${cursor.sequence}`);
      let unsettled = UNSETTLED.first;
      let ahead: Promise<OutboxPage> | undefined;
      while (!this.stopping) {
        const page = await (ahead ?? session.readPage(cursor, PAGE_ROWS));
        ahead = undefined;
        if (page.size > 0) {
          const lingers = page.size >= BRISK_ROWS && !page.full;
          const next = { ...cursor, ...page.lastPlace, sequence: cursor.sequence + page.size };
          // What is settled behind these rows stays what it is, so it can be read while they are sent.
          if (page.more && !lingers) ahead = readAhead(session, next);
          await this.sendPage(cursor, page);
          await session.moveCursor(next);
          cursor = next;
          progress();
          unsettled = UNSETTLED.first;
          if (lingers && !this.stopping) await delay(LINGER);
        } else {
          await this.wakeup.wait(page.more ? unsettled : POLL);
          unsettled = page.more ? Math.min(unsettled * 2, UNSETTLED.longest) : UNSETTLED.first;
        }
      }
    } finally {
      this.signal.setLocalRelay(undefined);
      await session.close();
    }
  }

  /** Sends nothing until an operator has rebased the service; then leads anew. */
  private async untilRebased(): Promise<void> {
    while (!this.stopping) {
      const closed = await this.opening.whyClosed();
      if (!closed || closed.because === 'replaying') return;
      await this.wakeup.wait(CLOSED_GLANCE);
    }
  }

  private async sendPage(cursor: Cursor, { bytes, starts }: OutboxPage): Promise<void> {
    const records = starts.map((at, index) => new OutboxRecord(this.form, bytes, at, cursor.sequence + 1 + index));
    await inBatchSpan('send', this.topic, records.length, async (batch) => {
      const endSpans = startSendSpans(this.topic, records, batch);
      try {
        await this.producer.send(this.topic, records);
        endSpans();
      } catch (error) {
        endSpans(error as Error);
        throw error;
      }
    });
  }
}

function readAhead(session: RelaySession, cursor: Cursor): Promise<OutboxPage> {
  const page = session.readPage(cursor, PAGE_ROWS);
  // Asked for when its turn comes, which it does not after a failed send.
  page.catch(() => undefined);
  return page;
}
