import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, MoreThan, Not } from 'typeorm';
import type { Clock } from '@convenant/kernel';
import { CLOCK, ensurePartyTopics, type KafkaSettings, type TopicDurability } from '@convenant/messaging';
import { PartyTopics } from '../db/party.entity.js';

/** Parties whose topics are made by one request to the brokers. */
const AT_ONCE = 100;

/** Whose topics, on which brokers, how many copies. */
export class PartyTopicsOptions {
  constructor(
    readonly installation: string,
    readonly kafka: KafkaSettings,
    readonly durability: TopicDurability,
  ) {}
}

/**
 * Makes `<installation>.in.<party>` and `<installation>.audit.<party>` with the rights of the party's principal: it writes the
 * one, reads the other, and nothing else. The principal itself is made by the operator.
 */
@Injectable()
export class MakePartyTopics {
  constructor(
    private readonly dataSource: DataSource,
    private readonly options: PartyTopicsOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Whether the brokers know who speaks; else a topic of a party would be anybody's. */
  get isPossible(): boolean {
    return this.options.kafka.sasl !== undefined;
  }

  /** Makes those that are due, a bounded number. Told apart from the others only once the brokers have them. @returns how many */
  async execute(): Promise<number> {
    const rows = this.dataSource.getRepository(PartyTopics);
    const due = await rows.find({ where: { madeAt: IsNull() }, order: { partyId: 'ASC' }, take: AT_ONCE });
    if (due.length === 0) return 0;
    await this.make(due);
    const madeAt = new Date(this.clock.now());
    await rows.update({ partyId: In(due.map(({ partyId }) => partyId)), madeAt: IsNull() }, { madeAt });
    return due.length;
  }

  /** Makes again what the brokers have lost of those that were made before. */
  async repair(): Promise<void> {
    const rows = this.dataSource.getRepository(PartyTopics);
    for (let after: string | undefined; ;) {
      const made = await rows.find({
        where: { madeAt: Not(IsNull()), ...(after === undefined ? {} : { partyId: MoreThan(after) }) },
        order: { partyId: 'ASC' },
        take: AT_ONCE,
      });
      if (made.length === 0) return;
      await this.make(made);
      after = made.at(-1)!.partyId;
    }
  }

  private make(parties: readonly PartyTopics[]): Promise<void> {
    const ids = parties.map(({ partyId }) => partyId);
    return ensurePartyTopics(this.options, ids, this.options.durability);
  }
}
