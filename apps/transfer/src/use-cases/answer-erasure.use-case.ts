import { Inject, Injectable } from '@nestjs/common';
import { erasureWithheld, type erasureRequested, type EventData } from '@convenant/contracts';
import { type Clock, formatInstant } from '@convenant/kernel';
import { CLOCK, type CommandContext, PermanentFailure, type WriteTransaction } from '@convenant/messaging';
import { type DisclosureRow, selectDisclosure } from '../db/disclosure.statements.js';
import { insertErasureAnswer } from '../db/erasure.statements.js';
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
    if (outcome === 'erased') return this.gate.eraseItems(tx, row, items, { context, erasureId, clause, at });
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
}
