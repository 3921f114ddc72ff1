import { formatInstant } from '@convenant/kernel';
import { holdPlaced, holdReleased, type PlaceHoldRequest, type ReleaseHoldRequest } from '@convenant/contracts';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import { runSoon } from '../db/clock.statements.js';
import type { ProtocolFact } from '../db/facts.entity.js';
import { Hold } from '../db/hold.entity.js';

/** A hold that is to be placed, by a person, with a dispute or with a restriction. */
export interface NewHold extends PlaceHoldRequest {
  readonly id: string;
  /** The receiving party, whose values it keeps. */
  readonly party: string;
  readonly disputeId: string | null;
  readonly restrictionId: string | null;
}

/** Places a hold. The transaction must hold the lock of its aggregate. */
export async function placeHold(
  tx: WriteTransaction,
  { id, party, scope, authority, reason, disputeId, restrictionId }: NewHold,
  protocol: ProtocolFact,
  context: CommandContext,
): Promise<void> {
  const { protocolId, disclosureId = null, subjectRef = null } = scope;
  const { aggregateVersion } = await tx.append(holdPlaced, {
    subject: id,
    data: {
      holdId: id,
      protocolId,
      party,
      scope,
      authority,
      reason,
      ...(disputeId === null ? {} : { disputeId }),
      ...(restrictionId === null ? {} : { restrictionId }),
      placedAt: formatInstant(tx.now),
      ...quoted(protocol),
    },
    context,
    protocolId,
    protocolVersion: protocol.version,
    ...quoted(protocol),
  });
  await tx.manager.insert(Hold, {
    id,
    protocolId,
    party,
    disclosureId,
    subjectRef,
    authority,
    reason,
    disputeId,
    restrictionId,
    placedAt: new Date(tx.now),
    placedVersion: aggregateVersion,
    enforcedAt: null,
    latencyMs: null,
    releasedAt: null,
  });
}

/** Releases a hold that stands; what became due meanwhile is purged soon. The transaction must hold the lock of its aggregate. */
export async function releaseHold(
  tx: WriteTransaction,
  { id, protocolId }: Hold,
  protocol: ProtocolFact,
  { authority, reason }: ReleaseHoldRequest,
  context: CommandContext,
): Promise<void> {
  const now = formatInstant(tx.now);
  await tx.append(holdReleased, {
    subject: id,
    data: { holdId: id, protocolId, authority, reason, releasedAt: now },
    context,
    protocolId,
    protocolVersion: protocol.version,
    ...quoted(protocol),
  });
  await tx.manager.update(Hold, { id }, { releasedAt: new Date(tx.now) });
  await tx.query(runSoon, [protocolId, now, 0]);
}

function quoted({ model }: ProtocolFact): { clause?: string } {
  return model.governingLaw === null ? {} : { clause: model.governingLaw.clause };
}
