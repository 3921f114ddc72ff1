import { Inject, Injectable } from '@nestjs/common';
import { type InvestigateQualityRequest, qualityInvestigated } from '@convenant/contracts';
import { type Clock, formatInstant } from '@convenant/kernel';
import { CLOCK, CommandRunner } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { markInvestigated } from '../db/quality.statements.js';
import { isOverdue } from '../domain/quality-report.js';
import { assertState, QualityReports, reportIds } from './quality-reports.js';

/** Records what the investigating party found. Late is accepted and said. Errors: NOT_FOUND, FORBIDDEN, TRANSITION_ILLEGAL. */
@Injectable()
export class InvestigateQuality {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(QualityReports) private readonly reports: QualityReports,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation, id: string, { findings }: InvestigateQualityRequest) {
    return this.commands.run({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        const row = await this.reports.forStepOf('investigator', tx, caller, id);
        assertState(row, ['open'], 'investigated');
        const at = this.clock.now();
        await tx.query(markInvestigated(id, findings, new Date(at)));
        await tx.append(qualityInvestigated, {
          subject: id,
          data: { ...reportIds(row), findings, investigatedAt: formatInstant(at), overdue: isOverdue(row, at) },
          context: info.context,
          protocolId: row.protocol_id,
          clause: row.clause,
          occurredAt: at,
        });
        return { status: 201, result: { id } };
      },
      answer: () => this.reports.view(id),
    });
  }
}
