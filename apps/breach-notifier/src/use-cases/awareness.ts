import { formatInstant } from '@convenant/kernel';
import { breachAwarenessRecorded, breachDetected, type ReportBreachRequest } from '@convenant/contracts';
import type { WriteTransaction } from '@convenant/messaging';
import { authorityNoticeDueAt } from '@convenant/protocol';
import { setAware, type BreachRow } from '../db/breach.statements.js';
import type { CommandCall } from './command-call.js';

export type AwarenessBasis = NonNullable<ReportBreachRequest['awareBasis']>;

/** The instants as events say them. */
export interface ToldInstants {
  readonly occurredFrom: string;
  readonly occurredTo?: string;
  readonly detectedAt: string;
  readonly processorInformedAt?: string;
}

/**
 * A breach it is: detected, the controller aware since `awareAt` (epoch milliseconds UTC), the 72 hours running.
 *
 * @see GDPR Art. 33(1)
 */
export async function becomeAware(
  tx: WriteTransaction,
  breach: Pick<BreachRow, 'id' | 'party_id' | 'nature'> & { reportedAt: string; told: ToldInstants },
  aware: { at: number; basis: AwarenessBasis },
  { context, userRef }: CommandCall,
): Promise<void> {
  const { id, party_id: partyId, nature, reportedAt, told } = breach;
  const keys = { breachId: id, partyId };
  const awareAt = formatInstant(aware.at);
  const authorityDueAt = formatInstant(authorityNoticeDueAt(aware.at));
  await tx.append(breachDetected, { subject: id, data: { ...keys, nature, ...told, awareAt, reportedAt }, context });
  const data = { ...keys, awareAt, basis: aware.basis, authorityDueAt };
  await tx.append(breachAwarenessRecorded, { subject: id, data, context, occurredAt: aware.at });
  await tx.query(setAware(id, awareAt, aware.basis, userRef, authorityDueAt));
}
