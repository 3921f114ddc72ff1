import { Inject, Injectable } from '@nestjs/common';
import { qualityWithdrawn } from '@convenant/contracts';
import { type Clock, formatInstant } from '@convenant/kernel';
import { CLOCK, CommandRunner } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { markWithdrawn } from '../db/quality.statements.js';
import { assertState, QualityReports, reportIds } from './quality-reports.js';

/** The reporting party takes its report back before it is resolved. Errors: NOT_FOUND, FORBIDDEN, TRANSITION_ILLEGAL. */
@Injectable()
export class WithdrawQualityReport {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(QualityReports) private readonly reports: QualityReports,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation, id: string) {
    return this.commands.run({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        const row = await this.reports.forStepOf('reporter', tx, caller, id);
        assertState(row, ['open', 'investigated'], 'withdrawn');
        const at = this.clock.now();
        await tx.query(markWithdrawn(id, new Date(at)));
        await tx.append(qualityWithdrawn, {
          subject: id,
          data: { ...reportIds(row), withdrawnAt: formatInstant(at) },
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
