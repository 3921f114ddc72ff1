import { Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { userRevocationEnforced, type barrierApplied, type EventData } from '@convenant/contracts';
import { PermanentFailure, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { UserAuthorization } from '../db/user-authorization.entity.js';
import { markRevocationEnforced } from '../db/user-authorization.statements.js';

/** Records that transfer has durably stopped everything under a revoked authorisation. The same barrier again changes nothing. */
@Injectable()
export class RecordRevocationEnforced {
  /** @throws PermanentFailure for an authorisation that was not revoked at that version */
  async execute(
    tx: WriteTransaction,
    { cause, unconfirmed }: EventData<typeof barrierApplied>,
    context: CommandContext,
  ): Promise<void> {
    const { subject: id, aggregateversion: causedVersion } = cause;
    const row = await tx.manager.findOneBy(UserAuthorization, { id, causedVersion });
    if (row === null) {
      throw new PermanentFailure(
        'causeUnknown',
        `User authorisation ${id} was not revoked at version ${causedVersion}`,
      );
    }
    const enforcedAt = formatInstant(tx.now);
    const enforced = { ...markRevocationEnforced, values: [id, causedVersion, enforcedAt] };
    const [marked] = await tx.query<{ latencyMs: number }>(enforced);
    if (marked === undefined) return;
    const { partyId, protocolId, protocolVersion, userRef, clause, revokedAt } = row;
    await tx.append(userRevocationEnforced, {
      subject: id,
      data: {
        authorizationId: id,
        partyId,
        protocolId,
        userRef,
        commandedAt: formatInstant(revokedAt!.getTime()),
        enforcedAt,
        latencyMs: marked.latencyMs,
        unconfirmed,
      },
      context,
      protocolId,
      protocolVersion,
      clause,
    });
  }
}
