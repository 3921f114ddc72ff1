import { Injectable } from '@nestjs/common';
import type { EventData, restrictionLifted } from '@convenant/contracts';
import { PermanentFailure, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { ProtocolFact } from '../db/facts.entity.js';
import { Hold } from '../db/hold.entity.js';
import { isRestrictionLifted, rememberLifted } from '../db/hold.statements.js';
import { holdOfRestriction } from '../domain/hold-of-dispute.js';
import { placeHold, releaseHold } from './write-hold.js';

/** On whose authority: the person's own. */
const AUTHORITY = 'data subject (GDPR Art. 18)';

/** A restriction that was granted. */
export interface GrantedRestriction {
  readonly restrictionId: string;
  readonly protocolId: string;
  readonly subjectRef: string;
}

/**
 * Keeps what is restricted from falling due until the restriction is lifted. The two come over two topics: an end that
 * arrives first leaves nothing to place.
 *
 * @see GDPR Art. 18(2) stored, and nothing else without the person
 */
@Injectable()
export class HoldForRestriction {
  /** @throws PermanentFailure for a protocol that is not known here */
  async place(
    tx: WriteTransaction,
    { restrictionId, protocolId, subjectRef }: GrantedRestriction,
    context: CommandContext,
  ): Promise<void> {
    if ((await tx.query(isRestrictionLifted, [restrictionId])).length > 0) return;
    const protocol = await tx.manager.findOneBy(ProtocolFact, { protocolId });
    if (protocol === null) throw new PermanentFailure('protocolUnknown', `Protocol ${protocolId} is not known here`);
    const scope = { protocolId, subjectRef };
    const hold = { id: holdOfRestriction(restrictionId), party: protocol.receiver, scope, authority: AUTHORITY };
    await placeHold(tx, { ...hold, reason: 'restriction', disputeId: null, restrictionId }, protocol, context);
  }

  async release(
    tx: WriteTransaction,
    { restrictionId, protocolId, reason }: EventData<typeof restrictionLifted>,
    context: CommandContext,
  ): Promise<void> {
    await tx.query(rememberLifted, [restrictionId]);
    const hold = await tx.manager.findOneBy(Hold, { id: holdOfRestriction(restrictionId) });
    if (hold === null || hold.releasedAt !== null) return;
    const protocol = await tx.manager.findOneByOrFail(ProtocolFact, { protocolId });
    await releaseHold(tx, hold, protocol, { authority: AUTHORITY, reason }, context);
  }
}
