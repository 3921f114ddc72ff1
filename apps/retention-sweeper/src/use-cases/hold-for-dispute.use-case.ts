import { Injectable } from '@nestjs/common';
import type { disputeClosed, disputeOpened, EventData } from '@convenant/contracts';
import { PermanentFailure, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { ProtocolFact } from '../db/facts.entity.js';
import { Hold } from '../db/hold.entity.js';
import { holdOfDispute } from '../domain/hold-of-dispute.js';
import { placeHold, releaseHold } from './write-hold.js';

/** On whose authority where the text names no court: the one that the law designates. */
const COMPETENT_COURT = 'competent court';

/**
 * Keeps what a dispute is about until the dispute is closed: evidence must not fall due meanwhile.
 *
 * @see GDPR Art. 17(3)(e) establishment, exercise or defence of legal claims
 */
@Injectable()
export class HoldForDispute {
  /** @throws PermanentFailure for a protocol that is not known here */
  async place(
    tx: WriteTransaction,
    { disputeId, protocolId, scope, court }: EventData<typeof disputeOpened>,
    context: CommandContext,
  ): Promise<void> {
    const protocol = await protocolOf(tx, protocolId);
    const id = holdOfDispute(disputeId);
    const authority = court ?? COMPETENT_COURT;
    const hold = { id, party: protocol.receiver, scope, authority, reason: 'dispute', disputeId, restrictionId: null };
    await placeHold(tx, hold, protocol, context);
  }

  /** @throws PermanentFailure for a dispute that placed no hold */
  async release(
    tx: WriteTransaction,
    { disputeId, protocolId, outcome }: EventData<typeof disputeClosed>,
    context: CommandContext,
  ): Promise<void> {
    const protocol = await protocolOf(tx, protocolId);
    const hold = await tx.manager.findOneBy(Hold, { id: holdOfDispute(disputeId) });
    if (hold === null) throw new PermanentFailure('disputeUnknown', `Dispute ${disputeId} placed no hold`);
    const reason = `dispute-${outcome}`;
    await releaseHold(tx, hold, protocol, { authority: hold.authority, reason }, context);
  }
}

async function protocolOf(tx: WriteTransaction, protocolId: string): Promise<ProtocolFact> {
  const protocol = await tx.manager.findOneBy(ProtocolFact, { protocolId });
  if (protocol === null) throw new PermanentFailure('protocolUnknown', `Protocol ${protocolId} is not known here`);
  return protocol;
}
