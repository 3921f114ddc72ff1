import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { MakePartyTopics } from '../use-cases/make-party-topics.use-case.js';
import { PartyTopicsSignal } from './party-topics-signal.js';

// Milliseconds of real time. Another process of the service may have registered the party.
const LOOK_EVERY = 1_000;
const AFTER_FAILURE = { first: 500, longest: 30_000 };

/**
 * Makes the topics and rights of each party once it is registered, for as long as it takes, and at start those of all parties
 * again, in case the brokers have lost some. Runs in every process of the service: each step is idempotent.
 */
@Injectable()
export class PartyTopicsWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('PartyTopics');
  private running = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly makePartyTopics: MakePartyTopics,
    private readonly signal: PartyTopicsSignal,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.makePartyTopics.isPossible) {
      this.logger.warn('Topics of parties are not made: without SASL nobody could be kept from writing to them');
      return;
    }
    this.running = true;
    this.loop = this.run();
  }

  /** Ends after the step under way. */
  async onModuleDestroy(): Promise<void> {
    this.running = false;
    this.signal.wake();
    await this.loop;
  }

  private async run(): Promise<void> {
    let repaired = false;
    let wait = AFTER_FAILURE.first;
    while (this.running) {
      try {
        if (!repaired) await this.makePartyTopics.repair();
        repaired = true;
        while (this.running && (await this.makePartyTopics.execute()) > 0);
        wait = AFTER_FAILURE.first;
        await this.signal.sleep(LOOK_EVERY);
      } catch (error) {
        const { name, type } = error as { name: string; type?: string };
        this.logger.warn({ msg: 'topics of parties wait', error: type ?? name, againInMs: wait });
        await this.signal.sleep(wait);
        wait = Math.min(wait * 2, AFTER_FAILURE.longest);
      }
    }
  }
}
