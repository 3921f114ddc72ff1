import { Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { consentWithdrawalEnforced, type BarrierCause } from '@convenant/contracts';
import { PermanentFailure, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { Consent } from '../db/consent.entity.js';
import { WithdrawnConsentRow } from '../db/withdrawal.entity.js';
import { markEnforced, type EnforcedConsent } from '../db/withdrawals.statements.js';

/** What transfer says of one withdrawn consent. */
export interface AppliedBarrier {
  readonly cause: BarrierCause;
  readonly unconfirmed: readonly string[];
}

/**
 * Records that transfer has durably stopped everything under a withdrawn consent. The last one makes the withdrawal
 * *enforced*. The same barrier again changes nothing.
 */
@Injectable()
export class RecordEnforcement {
  /** @throws PermanentFailure for a consent that this service has not withdrawn at that version */
  async execute(tx: WriteTransaction, { cause, unconfirmed }: AppliedBarrier, context: CommandContext): Promise<void> {
    const { subject: consentId, aggregateversion: causedVersion } = cause;
    const enforcedAt = formatInstant(tx.now);
    const [enforced] = await tx.query<EnforcedConsent>({
      ...markEnforced,
      values: [consentId, causedVersion, enforcedAt, unconfirmed],
    });
    if (enforced === undefined) {
      if (await tx.manager.existsBy(WithdrawnConsentRow, { consentId, causedVersion })) return;
      throw new PermanentFailure('causeUnknown', `Consent ${consentId} was not withdrawn at version ${causedVersion}`);
    }
    const { withdrawalId, protocolId, protocolVersion, clause, latencyMs } = enforced;
    const event = await tx.append(consentWithdrawalEnforced, {
      subject: consentId,
      data: { consentId, withdrawalId, protocolId, enforcedAt, latencyMs, unconfirmed: [...unconfirmed] },
      context,
      protocolId,
      protocolVersion,
      clause,
    });
    await tx.manager.update(Consent, { id: consentId }, { version: event.aggregateVersion });
  }
}
