import { Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { protocolEndingEnforced, type barrierApplied, type EventData } from '@convenant/contracts';
import { PermanentFailure, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { markEnforced, type Enforced } from '../db/endings.statements.js';
import { isEnding } from '../domain/protocol-history.js';
import { ProtocolStore } from './protocol-store.js';

/**
 * Records that transfer has durably stopped everything under an ended protocol, with the latency. The same barrier again
 * changes nothing.
 */
@Injectable()
export class RecordEndingEnforced {
  constructor(private readonly store: ProtocolStore) {}

  /** @throws PermanentFailure for a protocol that this service has not ended at that version */
  async execute(
    tx: WriteTransaction,
    { cause, waited, unconfirmed }: EventData<typeof barrierApplied>,
    context: CommandContext,
  ): Promise<void> {
    const { subject: protocolId, aggregateversion: causedVersion } = cause;
    const entry = (await this.store.history(protocolId, tx.manager)).find(
      ({ aggregateVersion }) => aggregateVersion === causedVersion,
    );
    if (entry === undefined || !isEnding(entry.event)) {
      throw new PermanentFailure('causeUnknown', `Protocol ${protocolId} was not ended at version ${causedVersion}`);
    }
    const { version, clause, endsAt } = entry.event.data;
    // A scheduled end has no command at that moment: what counts then is how long transfer had to wait.
    const scheduled = endsAt > entry.recordedAt ? waited.transactionsMs + waited.deliveriesMs : null;
    const enforcedAt = formatInstant(tx.now);
    const [enforced] = await tx.query<Enforced>({
      ...markEnforced('protocol_ending'),
      values: [protocolId, causedVersion, enforcedAt, unconfirmed, scheduled],
    });
    if (enforced === undefined) return;
    const { causeId, latencyMs } = enforced;
    await tx.append(protocolEndingEnforced, {
      subject: protocolId,
      data: {
        protocolId,
        causeId,
        commandedAt: formatInstant(entry.recordedAt),
        enforcedAt,
        latencyMs,
        unconfirmed,
      },
      context,
      protocolId,
      protocolVersion: version,
      clause,
    });
  }
}
