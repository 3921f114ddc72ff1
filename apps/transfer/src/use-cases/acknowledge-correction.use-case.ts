import { Inject, Injectable } from '@nestjs/common';
import { correctionAcknowledged, type CorrectionView, erasureAcknowledged } from '@convenant/contracts';
import { type Clock, DomainError, formatInstant } from '@convenant/kernel';
import { CLOCK, CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { Database } from '../db/database.js';
import { type CorrectionRow, markAcknowledged, selectCorrection } from '../db/quality.statements.js';
import { notFound } from '../domain/protocol-access.js';
import { correctionView } from '../domain/quality-report.js';

/**
 * The recipient says that it has done in its own systems what it was told. Said again it changes nothing.
 *
 * Errors: NOT_FOUND, FORBIDDEN (the recipient acknowledges, not the sender).
 */
@Injectable()
export class AcknowledgeCorrection {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Database) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation, id: string) {
    return this.commands.run<CorrectionView>({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        await this.acknowledge(tx, caller, info, id);
        return { status: 201, result: { id } };
      },
      answer: async () => {
        const [row] = await this.database.query<CorrectionRow>(selectCorrection(id));
        return correctionView(row!);
      },
    });
  }

  private async acknowledge(
    tx: WriteTransaction,
    caller: CallerIdentity,
    info: CommandInformation,
    id: string,
  ): Promise<void> {
    const [row] = await tx.query<CorrectionRow>(selectCorrection(id));
    if (!row || (caller.party !== row.sender && caller.party !== row.recipient_party)) throw notFound('Correction', id);
    if (caller.party !== row.recipient_party) {
      throw new DomainError('FORBIDDEN', `The recipient acknowledges correction ${id}`, { clause: row.clause });
    }
    const at = this.clock.now();
    if ((await tx.query(markAcknowledged(id, new Date(at)))).length === 0) return;
    await tx.append(row.kind === 'correction' ? correctionAcknowledged : erasureAcknowledged, {
      subject: id,
      data: {
        correctionId: id,
        ...(row.report_id ? { reportId: row.report_id } : { requestId: row.request_id! }),
        disclosureId: row.disclosure_id,
        protocolId: row.protocol_id,
        subjectRef: row.subject_ref,
        recipientParty: row.recipient_party,
        recipientUnit: row.recipient_unit,
        items: row.items,
        acknowledgedAt: formatInstant(at),
        clause: row.clause,
      },
      context: info.context,
      protocolId: row.protocol_id,
      clause: row.clause,
      occurredAt: at,
    });
  }
}
