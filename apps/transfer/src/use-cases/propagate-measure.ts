import { Inject, Injectable } from '@nestjs/common';
import { correctionPropagated, erasurePropagated, type ResolveQualityRequest } from '@convenant/contracts';
import { DomainError, formatInstant } from '@convenant/kernel';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import { decideCorrection, type ProtocolModel } from '@convenant/protocol';
import type { DisclosureRow } from '../db/disclosure.statements.js';
import { markItemsCorrected } from '../db/erasure.statements.js';
import { Facts } from '../db/facts.js';
import { type CorrectionRow, insertCorrection, type QualityReportRow } from '../db/quality.statements.js';
import { corrected, type Measure } from '../domain/quality-measure.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';
import { ErasureGate } from '../vault/erasure-gate.js';
import { reportIds } from './quality-reports.js';

export interface Propagation {
  readonly correctionId: string;
  readonly measure: ResolveQualityRequest['measure'];
  readonly context: CommandContext;
  /** Epoch milliseconds, UTC. */
  readonly at: number;
}

/**
 * Carries a measure out on one disclosure that carried the items, and tells its recipient. The old value goes with its key;
 * the new one is the next generation. A recipient whose values are erased already is told all the same: whom the sender
 * hears to be told must not say what became of the person there.
 *
 * @see GDPR Art. 16, Art. 19
 */
@Injectable()
export class PropagateMeasure {
  constructor(
    @Inject(Facts) private readonly facts: Facts,
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(ErasureGate) private readonly gate: ErasureGate,
  ) {}

  /** @throws DomainError INPUT_INVALID for a value that the protocol does not allow in that place */
  async execute(
    tx: WriteTransaction,
    report: QualityReportRow,
    carrier: DisclosureRow,
    measure: Measure,
    how: Propagation,
  ): Promise<void> {
    const items = measure.items.filter((item) => carrier.items.includes(item));
    const cause = { context: how.context, clause: report.clause };
    let generation: number | null = null;
    if (measure.kind === 'erasure')
      await this.gate.eraseItems(tx, carrier, items, await this.gate.holdsOver(tx, carrier.id), cause);
    else {
      const kept = await this.vault.values(tx, carrier.id);
      const next = kept ? corrected(kept.values, measure.values) : null;
      await this.assertAllowed(tx, report, carrier, next, measure);
      generation = next
        ? await this.gate.replace(tx, carrier, next, cause)
        : await this.vault.replaceValues(tx, carrier.id, null);
      await tx.query(markItemsCorrected(carrier.id, items, generation));
    }
    await this.tell(tx, report, carrier, { ...how, items, generation });
  }

  private async assertAllowed(
    tx: WriteTransaction,
    report: QualityReportRow,
    carrier: DisclosureRow,
    next: Measure['values'] | null,
    measure: Measure,
  ): Promise<void> {
    const protocol = await this.facts.protocol(tx, carrier.protocol_id);
    const model = protocol!.facts.versions.find(({ version }) => version === carrier.protocol_version)!.model;
    const fault = correctionFault(next ?? measure.values, model, next !== null);
    if (!fault) return;
    throw new DomainError('INPUT_INVALID', `The protocol does not allow these values: ${fault.code}`, {
      clause: fault.clause ?? report.clause,
      faults: fault.about.map((name) => ({
        in: 'body' as const,
        name,
        detail: 'is not what the protocol lists there',
      })),
    });
  }

  private async tell(
    tx: WriteTransaction,
    report: QualityReportRow,
    carrier: DisclosureRow,
    {
      correctionId,
      measure,
      context,
      at,
      items,
      generation,
    }: Propagation & Pick<CorrectionRow, 'items' | 'generation'>,
  ): Promise<void> {
    const recipient = { recipientParty: carrier.recipient_party, recipientUnit: carrier.recipient_unit };
    await tx.query(
      insertCorrection({
        id: correctionId,
        report_id: report.id,
        request_id: null,
        disclosure_id: carrier.id,
        protocol_id: carrier.protocol_id,
        subject_ref: carrier.subject_ref,
        kind: generation === null ? 'erasure' : 'correction',
        items,
        generation,
        sender: report.investigator,
        recipient_party: recipient.recipientParty,
        recipient_unit: recipient.recipientUnit,
        propagated_at: new Date(at),
        acknowledged_at: null,
        clause: report.clause,
      }),
    );
    const data = { ...reportIds(report), correctionId, disclosureId: carrier.id, ...recipient, items };
    const envelope = {
      subject: correctionId,
      context,
      protocolId: carrier.protocol_id,
      protocolVersion: carrier.protocol_version!,
      clause: report.clause,
      occurredAt: at,
    };
    const propagatedAt = formatInstant(at);
    if (generation === null) {
      await tx.append(erasurePropagated, { ...envelope, data: { ...data, propagatedAt } });
    } else {
      const done = measure === 'supplemented' ? ('supplemented' as const) : ('corrected' as const);
      await tx.append(correctionPropagated, {
        ...envelope,
        data: { ...data, measure: done, generation, propagatedAt },
      });
    }
  }
}

/** Why these values may not stand there, or null. Of values that are erased only the new fields are known. */
function correctionFault(values: Measure['values'], model: ProtocolModel, complete: boolean) {
  const verdict = decideCorrection(values, model);
  if (Array.isArray(verdict)) return null;
  if (verdict.verdict === 'refused') {
    return { code: verdict.code as string, clause: verdict.clause, about: verdict.about ?? ['/items'] };
  }
  return complete ? { code: 'FIELD_MISSING', clause: verdict.clause, about: verdict.missing } : null;
}
