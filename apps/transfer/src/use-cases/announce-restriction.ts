import { Injectable } from '@nestjs/common';
import { restrictionApplied } from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import {
  applyRestriction,
  insertNotice,
  type RecipientRow,
  selectRecipients,
  selectStop,
  type SubjectStopRow,
} from '../db/subject-stop.statements.js';

/**
 * Tells every recipient of anything about the person that it is restricted: in the transaction in which the barrier is
 * applied, when everything that may have been disclosed before is visible.
 *
 * @see GDPR Art. 19
 */
@Injectable()
export class AnnounceRestriction {
  /** The transaction holds the lock of the restriction. One that was lifted meanwhile is not announced any more. */
  async execute(tx: WriteTransaction, id: string, at: number, context: CommandContext): Promise<void> {
    const [row] = await tx.query<SubjectStopRow>(selectStop(id));
    if (!row || row.lifted_at || row.applied_at) return;
    const { protocol_id: protocolId, subject_ref: subjectRef, party } = row;
    const recipients = await tx.query<RecipientRow>(selectRecipients(subjectRef, protocolId, party));
    await tx.query(applyRestriction(id, new Date(at)));
    for (const recipient of recipients) await tx.query(insertNotice(id, 'applied', recipient, new Date(at)));
    await tx.append(restrictionApplied, {
      subject: id,
      data: {
        restrictionId: id,
        requestId: row.request_id,
        protocolId,
        subjectRef,
        byParty: party,
        ground: row.ground!,
        recipients,
        appliedAt: formatInstant(at),
      },
      context,
      protocolId,
      occurredAt: at,
    });
  }
}
