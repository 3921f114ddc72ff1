import { Body, Controller, Inject, Param } from '@nestjs/common';
import { FrequencyQuery, FrequencyReportView, OnwardDisclosureView, RecordOnwardRequest } from '@convenant/contracts';
import {
  Caller,
  type CallerIdentity,
  Command,
  CommandInfo,
  type CommandInformation,
  Query,
  QueryParams,
} from '@convenant/platform';
import { RecordOnward } from '../use-cases/onward/record-onward.use-case.js';
import { ReportFrequency } from '../use-cases/onward/report-frequency.use-case.js';

@Controller('disclosures')
export class OnwardDisclosuresController {
  constructor(@Inject(RecordOnward) private readonly recordOnward: RecordOnward) {}

  @Command({
    path: ':id/onward-disclosures',
    needs: { roles: ['agency', 'agency-user', 'dpo'] },
    body: RecordOnwardRequest,
    answer: OnwardDisclosureView,
    summary:
      'The receiver passes items on to a recipient that the protocol lets it reach; recorded, permitted or refused',
  })
  record(
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
    @Param('id') id: string,
    @Body() body: RecordOnwardRequest,
  ) {
    return this.recordOnward.execute(caller, info, id, body);
  }
}

@Controller('frequency-reports')
export class FrequencyReportsController {
  constructor(@Inject(ReportFrequency) private readonly reportFrequency: ReportFrequency) {}

  @Query({
    path: '',
    needs: { roles: ['dpo'] },
    query: FrequencyQuery,
    answer: FrequencyReportView,
    summary: 'How often disclosures were requested, permitted and refused: by month, unit and purpose; counts only',
  })
  report(@Caller() caller: CallerIdentity, @QueryParams() query: FrequencyQuery) {
    return this.reportFrequency.execute(caller, query);
  }
}
