import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError } from '@convenant/kernel';
import { Blocks, InboxVersions, type WriteTransaction } from '@convenant/messaging';
import { RetentionClock } from '../db/clock.entity.js';
import { ProtocolFact } from '../db/facts.entity.js';

/** How long a command waits for a delivery that its caller has just seen, in real milliseconds. */
const PATIENCE_MS = 2_000;
/** `aggregateversion` of a disclosure that was authorised and has been delivered, or almost. */
const DELIVERED_VERSION = 2;

/**
 * Facts of register and transfer as this service knows them, seen by one party.
 *
 * Only the receiving party has anything to do here: for everybody else, the sender too, nothing exists.
 */
@Injectable()
export class KnownFacts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly versions: InboxVersions,
    private readonly blocks: Blocks,
  ) {}

  /** @throws DomainError NOT_FOUND when the protocol is unknown or `party` does not receive under it */
  async receiversProtocol(protocolId: string, party: string): Promise<ProtocolFact> {
    const protocol = await this.dataSource.manager.findOneBy(ProtocolFact, { protocolId });
    if (protocol?.receiver !== party) throw notFound('protocol', protocolId);
    return protocol;
  }

  /**
   * The clock of a disclosure that `party` received. Waits briefly for a delivery that is on its way here.
   * @throws DomainError NOT_FOUND
   */
  async receiversClock(
    disclosureId: string,
    party: string,
  ): Promise<{ clock: RetentionClock; protocol: ProtocolFact }> {
    const clocks = this.dataSource.getRepository(RetentionClock);
    let clock = await clocks.findOneBy({ disclosureId });
    if (clock === null && (await this.versions.waitFor(disclosureId, DELIVERED_VERSION, PATIENCE_MS))) {
      clock = await clocks.findOneBy({ disclosureId });
    }
    const protocol = clock && (await this.dataSource.manager.findOneBy(ProtocolFact, { protocolId: clock.protocolId }));
    if (clock === null || protocol?.receiver !== party) throw notFound('disclosure', disclosureId);
    return { clock, protocol };
  }

  /**
   * Guarantees that no unreadable message stands between what is known of the aggregates and what was said of them.
   * @throws DomainError UNAVAILABLE until an operator has repaired it
   */
  async assertReadable(tx: WriteTransaction, ...aggregates: readonly string[]): Promise<void> {
    for (const aggregate of aggregates) {
      if (await this.blocks.isBlocked(tx, aggregate)) {
        throw new DomainError(
          'UNAVAILABLE',
          `A message about ${aggregate} could not be read; the operator has been told`,
        );
      }
    }
  }
}

/** The fact that a party may not know of, or that does not exist: one answer for both. */
export function notFound(kind: string, id: string): DomainError {
  return new DomainError('NOT_FOUND', `There is no ${kind} ${id}`);
}
