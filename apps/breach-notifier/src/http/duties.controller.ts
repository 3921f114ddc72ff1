import { Body, Controller, Param } from '@nestjs/common';
import {
  BreachView,
  FilingView,
  InformSubjectsRequest,
  JustifyDelayRequest,
  PrepareFilingRequest,
  RecordFilingRequest,
} from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Query,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
  type Role,
} from '@convenant/platform';
import { commandCall, partyOf } from '../use-cases/command-call.js';
import { GetFiling } from '../use-cases/get-filing.use-case.js';
import { InformSubjects } from '../use-cases/inform-subjects.use-case.js';
import { JustifyDelay } from '../use-cases/justify-delay.use-case.js';
import { PrepareFiling } from '../use-cases/prepare-filing.use-case.js';
import { RecordFiling } from '../use-cases/record-filing.use-case.js';

const officer: { roles: readonly Role[] } = { roles: ['dpo'] };

/** What a breach demands towards the authority and the data subjects. Nothing here files or mails anything. */
@Controller()
export class DutiesController {
  constructor(
    private readonly prepareFiling: PrepareFiling,
    private readonly getFiling: GetFiling,
    private readonly recordFiling: RecordFiling,
    private readonly justifyDelay: JustifyDelay,
    private readonly informSubjects: InformSubjects,
  ) {}

  @Command({
    path: 'breaches/:id/filings',
    needs: officer,
    body: PrepareFilingRequest,
    answer: FilingView,
    summary: 'Prepare the fields of Art. 33(3) for the portal of the authority',
  })
  filing(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<FilingView>> {
    return this.prepareFiling.execute(id, body as PrepareFilingRequest, commandCall(caller, info));
  }

  @Query({
    path: 'breaches/:id/filings/:filingId',
    needs: officer,
    answer: FilingView,
    summary: 'A prepared filing',
  })
  oneFiling(
    @Param('id') id: string,
    @Param('filingId') filingId: string,
    @Caller() caller: CallerIdentity,
  ): Promise<FilingView> {
    return this.getFiling.execute(id, filingId, partyOf(caller));
  }

  @Command({
    path: 'breaches/:id/filings/:filingId/receipts',
    needs: officer,
    body: RecordFilingRequest,
    answer: FilingView,
    summary: 'Record that your party filed it, with the code of the authority',
  })
  receipt(
    @Param('id') id: string,
    @Param('filingId') filingId: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<FilingView>> {
    return this.recordFiling.execute(id, filingId, body as RecordFilingRequest, commandCall(caller, info));
  }

  @Command({
    path: 'breaches/:id/delays',
    needs: officer,
    body: JustifyDelayRequest,
    answer: BreachView,
    summary: 'Why the authority is told later than 72 hours after awareness',
  })
  delay(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<BreachView>> {
    return this.justifyDelay.execute(id, body as JustifyDelayRequest, commandCall(caller, info));
  }

  @Command({
    path: 'breaches/:id/subjectInformation',
    needs: officer,
    body: InformSubjectsRequest,
    answer: BreachView,
    summary: 'How the persons were told, or the coded reason why not',
  })
  information(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<BreachView>> {
    return this.informSubjects.execute(id, body as InformSubjectsRequest, commandCall(caller, info));
  }
}
