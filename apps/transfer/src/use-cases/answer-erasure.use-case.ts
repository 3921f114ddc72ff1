import { Inject, Injectable } from '@nestjs/common';
import { erasurePropagated, erasureWithheld, type erasureRequested, type EventData } from '@convenant/contracts';
import { type Clock, formatInstant } from '@convenant/kernel';
import { CLOCK, type CommandContext, PermanentFailure, type WriteTransaction } from '@convenant/messaging';
import { type DisclosureRow, selectDisclosure } from '../db/disclosure.statements.js';
import { insertErasureAnswer } from '../db/erasure.statements.js';
import { insertCorrection } from '../db/quality.statements.js';
import { correctionOfErasure } from '../domain/correction-id.js';
import { ErasureGate } from '../vault/erasure-gate.js';

/**
 * Answers an erasure that retention asks for: `values.erased`, verified, or `erasure.withheld` with the holds that stand.
 * Each erasure is answered once; another one of what is gone already is answered with counts of zero.
 */
@Injectable()
export class AnswerErasure {
  constructor(
    @Inject(ErasureGate) private readonly gate: ErasureGate,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws PermanentFailure for a disclosure that never was, or is of another protocol or person */
  async execute(
    tx: WriteTransaction,
    request: EventData<typeof erasureRequested>,
    context: CommandContext,
  ): Promise<void> {
    const { erasureId, disclosureId, protocolId, subjectRef, items, clause } = request;
    const [row] = await tx.query<DisclosureRow>(selectDisclosure(disclosureId));
    if (row?.verdict !== 'permitted' || row.protocol_id !== protocolId || row.subject_ref !== subjectRef) {
      throw new PermanentFailure('erasure.unknownDisclosure', `Erasure ${erasureId}: no such disclosure`);
    }
    const holds = await this.gate.holdsOver(tx, disclosureId);
    const at = this.clock.now();
    const outcome = holds.length > 0 ? 'withheld' : 'erased';
    const first = await tx.query(insertErasureAnswer(erasureId, disclosureId, outcome, new Date(at)));
    if (first.length === 0) return;
    if (outcome === 'erased') {
      await this.gate.eraseItems(tx, row, items, holds, { context, erasureId, clause, at });
      await this.tellRecipient(tx, row, request, context, at);
      return;
    }
    await tx.append(erasureWithheld, {
      subject: disclosureId,
      data: { disclosureId, protocolId, subjectRef, erasureId, holds, withheldAt: formatInstant(at) },
      context,
      protocolId,
      protocolVersion: row.protocol_version!,
      clause,
      occurredAt: at,
    });
  }

  /**
   * What the sender granted to the person, the recipient is told; what the recipient granted itself, it knows, and it is no
   * business of the sender.
   *
   * @see GDPR Art. 17(1), Art. 19
   */
  private async tellRecipient(
    tx: WriteTransaction,
    row: DisclosureRow,
    { erasureId, requestId, byParty, items, clause }: EventData<typeof erasureRequested>,
    context: CommandContext,
    at: number,
  ): Promise<void> {
    const { recipient_party: recipientParty, recipient_unit: recipientUnit } = row;
    if (requestId === undefined || byParty === undefined || byParty === recipientParty) return;
    const correctionId = correctionOfErasure(erasureId);
    const { id: disclosureId, protocol_id: protocolId, subject_ref: subjectRef } = row;
    await tx.query(
      insertCorrection({
        id: correctionId,
        report_id: null,
        request_id: requestId,
        disclosure_id: disclosureId,
        protocol_id: protocolId,
        subject_ref: subjectRef,
        kind: 'erasure',
        items,
        generation: null,
        sender: byParty,
        recipient_party: recipientParty,
        recipient_unit: recipientUnit,
        propagated_at: new Date(at),
        acknowledged_at: null,
        clause,
      }),
    );
    const told = { correctionId, requestId, disclosureId, protocolId, subjectRef, clause };
    await tx.append(erasurePropagated, {
      subject: correctionId,
      data: { ...told, recipientParty, recipientUnit, items, propagatedAt: formatInstant(at) },
      context,
      protocolId,
      protocolVersion: row.protocol_version!,
      clause,
      occurredAt: at,
    });
  }
}
