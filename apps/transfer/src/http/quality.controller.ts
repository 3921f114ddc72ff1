import { Body, Controller, Inject, Param } from '@nestjs/common';
import {
  CorrectionsPage,
  CorrectionView,
  InvestigateQualityRequest,
  QualityQuery,
  QualityReportsPage,
  QualityReportView,
  ReportQualityRequest,
  ResolveQualityRequest,
} from '@convenant/contracts';
import {
  Caller,
  type CallerIdentity,
  Command,
  CommandInfo,
  type CommandInformation,
  Query,
  QueryParams,
} from '@convenant/platform';
import { AcknowledgeCorrection } from '../use-cases/acknowledge-correction.use-case.js';
import { InvestigateQuality } from '../use-cases/investigate-quality.use-case.js';
import { QualityReports } from '../use-cases/quality-reports.js';
import { ReportQuality } from '../use-cases/report-quality.use-case.js';
import { ResolveQuality } from '../use-cases/resolve-quality.use-case.js';
import { WithdrawQualityReport } from '../use-cases/withdraw-quality-report.use-case.js';

const everybody = { roles: ['agency', 'agency-user', 'dpo'] as const };

@Controller('quality-reports')
export class QualityReportsController {
  constructor(
    @Inject(QualityReports) private readonly reports: QualityReports,
    @Inject(ReportQuality) private readonly reportQuality: ReportQuality,
    @Inject(InvestigateQuality) private readonly investigateQuality: InvestigateQuality,
    @Inject(ResolveQuality) private readonly resolveQuality: ResolveQuality,
    @Inject(WithdrawQualityReport) private readonly withdrawReport: WithdrawQualityReport,
  ) {}

  @Command({
    path: '',
    needs: everybody,
    body: ReportQualityRequest,
    answer: QualityReportView,
    summary: 'Reports that disclosed items are not right; starts the deadline of the sender',
  })
  report(
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
    @Body() body: ReportQualityRequest,
  ) {
    return this.reportQuality.execute(caller, info, body);
  }

  @Query({
    path: '',
    needs: everybody,
    query: QualityQuery,
    answer: QualityReportsPage,
    summary: "Reports of the caller's party, made or received, newest first",
  })
  list(@Caller() caller: CallerIdentity, @QueryParams() query: QualityQuery) {
    return this.reports.list(caller, query);
  }

  @Query({ path: ':id', needs: everybody, answer: QualityReportView, summary: 'One report with whom it was told' })
  get(@Caller() caller: CallerIdentity, @Param('id') id: string) {
    return this.reports.get(caller, id);
  }

  @Command({
    path: ':id/investigations',
    needs: everybody,
    body: InvestigateQualityRequest,
    answer: QualityReportView,
    summary: 'What the investigating party found',
  })
  investigate(
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
    @Param('id') id: string,
    @Body() body: InvestigateQualityRequest,
  ) {
    return this.investigateQuality.execute(caller, info, id, body);
  }

  @Command({
    path: ':id/resolution',
    needs: everybody,
    body: ResolveQualityRequest,
    answer: QualityReportView,
    summary: 'The measure taken, carried out and told to every earlier recipient; or a rejection with its reason',
  })
  resolve(
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
    @Param('id') id: string,
    @Body() body: ResolveQualityRequest,
  ) {
    return this.resolveQuality.execute(caller, info, id, body);
  }

  @Command({
    path: ':id/withdrawal',
    needs: everybody,
    answer: QualityReportView,
    summary: 'Takes a report back before it is resolved',
  })
  withdraw(@Caller() caller: CallerIdentity, @CommandInfo() info: CommandInformation, @Param('id') id: string) {
    return this.withdrawReport.execute(caller, info, id);
  }
}

@Controller('corrections')
export class CorrectionsController {
  constructor(
    @Inject(QualityReports) private readonly reports: QualityReports,
    @Inject(AcknowledgeCorrection) private readonly acknowledgeCorrection: AcknowledgeCorrection,
  ) {}

  @Query({
    path: '',
    needs: everybody,
    query: QualityQuery,
    answer: CorrectionsPage,
    summary: 'Rectifications and erasures that recipients were told, newest first; open until acknowledged',
  })
  list(@Caller() caller: CallerIdentity, @QueryParams() query: QualityQuery) {
    return this.reports.listCorrections(caller, query);
  }

  @Command({
    path: ':id/acknowledgements',
    needs: everybody,
    answer: CorrectionView,
    summary: 'The recipient has done the same in its own systems, and told those whom it disclosed to onward',
  })
  acknowledge(@Caller() caller: CallerIdentity, @CommandInfo() info: CommandInformation, @Param('id') id: string) {
    return this.acknowledgeCorrection.execute(caller, info, id);
  }
}
