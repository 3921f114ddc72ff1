import { agencyCatalogue, type AgencyMessageData, type AgencyMessageDefinition } from '@convenant/contracts';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { BusConsumer } from '../bus/bus.js';
import { KafkaJsConsumer } from '../bus/kafkajs-consumer.js';
import { interruptibleDelay } from '../inbox/waiting.js';
import type { MessagingSettings } from '../settings.js';
import { groupOf } from '../topics/topics.js';
import type { AgencyMessage } from './agency-message.js';
import { InTopics } from './in-topics.js';
import { MessageDesk, type AgencyHandler } from './message-desk.js';
import { partyOfInTopic } from './party-topics.js';
import { Quarantine } from './quarantine.js';
import { PartyTurns } from './party-turns.js';

/** DI token of `AgencyInboxOptions`. */
export const AGENCY_OPTIONS = Symbol('AGENCY_OPTIONS');

export interface AgencyInboxOptions {
  settings: MessagingSettings;
  /** Whether this service quarantines the types that nobody lists. One service of the installation does. */
  keepsUnlisted: boolean;
}

// Milliseconds of real time.
const LOOK_EVERY = 1_000;
const ERASE_EVERY = 60_000;

/**
 * Reads what the systems of the parties say on their topics `<installation>.in.<party>`, in a group of this service's own.
 *
 * - The topic is the authenticated party: the broker lets nobody else write it. So without SASL nothing is read.
 * - A message is handled once in effect: its `id` is the idempotency key of the command, and offsets are committed after the
 *   effect, so a repeat, by the sender or by us after a crash, finds the command done.
 * - A message that is refused goes into the quarantine and blocks nothing. One that meets a transient failure is tried again
 *   in place: later ones of its party wait behind it, other parties do not.
 * - kafkajs reads its list of topics once, so a new party's topic makes the consumer start anew, within some two seconds.
 */
@Injectable()
export class AgencyInbox implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('agency');
  private readonly desk: MessageDesk;
  private readonly inTopics: InTopics;
  private consumer: BusConsumer | undefined;
  private turns: PartyTurns | undefined;
  private subscribed = '';
  private running = false;
  private loop: Promise<void> = Promise.resolve();
  private erasedAt = -Infinity;

  constructor(
    @Inject(AGENCY_OPTIONS) private readonly options: AgencyInboxOptions,
    @Inject(Quarantine) private readonly quarantine: Quarantine,
  ) {
    const { settings, keepsUnlisted } = options;
    this.desk = new MessageDesk(settings.installation, settings.service, keepsUnlisted, quarantine);
    this.inTopics = new InTopics(settings.installation, settings.kafka);
  }

  /** Names who handles a type; called while the module starts. */
  on<D extends AgencyMessageDefinition>(
    definition: D,
    handle: (message: AgencyMessage<AgencyMessageData<D>>) => Promise<unknown>,
  ): void {
    this.desk.add(definition, handle as AgencyHandler);
  }

  onApplicationBootstrap(): void {
    const { service, kafka } = this.options.settings;
    this.desk.assertComplete([...agencyCatalogue.values()].filter(({ handledBy }) => handledBy === service));
    if (!kafka.sasl) {
      this.log.warn('Topics of agencies are not read: without SASL a topic does not say who wrote to it');
      return;
    }
    this.running = true;
    this.loop = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.running = false;
    await this.loop;
    await this.leave();
    await this.inTopics.close();
  }

  private async run(): Promise<void> {
    while (this.running) {
      try {
        await this.follow();
        await this.eraseOld();
      } catch (error) {
        this.log.warn(`Topics of agencies are looked for again: ${(error as Error).name}`);
      }
      await interruptibleDelay(LOOK_EVERY, () => !this.running);
    }
  }

  /** Reads exactly the topics that there are. */
  private async follow(): Promise<void> {
    const topics = await this.inTopics.list();
    const list = topics.join(' ');
    if (list === this.subscribed || !this.running) return;
    await this.leave();
    if (topics.length > 0) await this.join(topics);
    this.subscribed = list;
  }

  private async join(topics: string[]): Promise<void> {
    const { installation, service, kafka } = this.options.settings;
    const consumer = new KafkaJsConsumer(kafka, `${installation}.${service}.agency`);
    const turns = new PartyTurns(consumer, (position, record) =>
      this.desk.take({ ...position, party: partyOfInTopic(installation, position.topic)! }, record),
    );
    this.consumer = consumer;
    this.turns = turns;
    await consumer.start({
      groupId: `${groupOf(installation, service)}.in`,
      topics,
      onAssigned: () => undefined,
      onBatch: (batch, control) => turns.take(batch, control),
    });
    this.log.log(`Reads the topics of ${topics.length} parties`);
  }

  private async leave(): Promise<void> {
    const consumer = this.consumer;
    this.turns?.end();
    this.consumer = this.turns = undefined;
    this.subscribed = '';
    await consumer?.stop();
  }

  private async eraseOld(): Promise<void> {
    if (performance.now() - this.erasedAt < ERASE_EVERY) return;
    await this.quarantine.eraseOld();
    this.erasedAt = performance.now();
  }
}
