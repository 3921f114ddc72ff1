import { Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { protocolSuspensionEnforced, type barrierApplied, type EventData } from '@convenant/contracts';
import { PermanentFailure, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { markEnforced, type Enforced } from '../db/endings.statements.js';
import { ProtocolStore } from './protocol-store.js';

/**
 * Records that transfer has durably stopped everything under a suspended protocol, with the latency; also when the suspension
 * was lifted meanwhile. The same barrier again changes nothing.
 */
@Injectable()
export class RecordSuspensionEnforced {
  constructor(private readonly store: ProtocolStore) {}

  /** @throws PermanentFailure for a protocol that was not suspended at that version */
  async execute(
    tx: WriteTransaction,
    { cause, unconfirmed }: EventData<typeof barrierApplied>,
    context: CommandContext,
  ): Promise<void> {
    const { subject: protocolId, aggregateversion: causedVersion } = cause;
    const entry = (await this.store.history(protocolId, tx.manager)).find(
      ({ aggregateVersion }) => aggregateVersion === causedVersion,
    );
    if (entry?.event.type !== 'protocol.suspended') {
      throw new PermanentFailure(
        'causeUnknown',
        `Protocol ${protocolId} was not suspended at version ${causedVersion}`,
      );
    }
    const { version, clause } = entry.event.data;
    const enforcedAt = formatInstant(tx.now);
    const [enforced] = await tx.query<Enforced>({
      ...markEnforced('protocol_suspension'),
      values: [protocolId, causedVersion, enforcedAt, unconfirmed, null],
    });
    if (enforced === undefined) return;
    await tx.append(protocolSuspensionEnforced, {
      subject: protocolId,
      data: { protocolId, ...enforced, commandedAt: formatInstant(entry.recordedAt), enforcedAt, unconfirmed },
      context,
      protocolId,
      protocolVersion: version,
      clause,
    });
  }
}
