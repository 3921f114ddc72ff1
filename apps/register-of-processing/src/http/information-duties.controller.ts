import { Body, Controller, Param } from '@nestjs/common';
import {
  AdvanceInformationRequest,
  ExemptInformationRequest,
  FulfilInformationRequest,
  InformationDutiesQuery,
  InformationDutiesView,
  InformationDutyView,
} from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Query,
  QueryParams,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
} from '@convenant/platform';
import { AdvanceInformation } from '../use-cases/advance-information-duty.use-case.js';
import { commandCall } from '../use-cases/command-call.js';
import { ExemptInformation } from '../use-cases/exempt-information-duty.use-case.js';
import { FulfilInformation } from '../use-cases/fulfil-information-duty.use-case.js';
import { InformationDuties } from '../use-cases/information-duties.js';
import { ofParty } from './of-party.js';

/** Duties to inform persons of what was obtained about them, for the receiving party. */
@Controller('information-duties')
export class InformationDutiesController {
  constructor(
    private readonly advanceInformation: AdvanceInformation,
    private readonly fulfilInformation: FulfilInformation,
    private readonly exemptInformation: ExemptInformation,
    private readonly duties: InformationDuties,
  ) {}

  @Query({
    path: '',
    needs: ofParty,
    query: InformationDutiesQuery,
    answer: InformationDutiesView,
    summary: 'Whom the party must inform of what it obtained, the earliest due first',
  })
  list(@Caller() caller: CallerIdentity, @QueryParams() query: InformationDutiesQuery): Promise<InformationDutiesView> {
    return this.duties.list(caller.party ?? null, query);
  }

  @Command({
    path: ':id/milestones',
    needs: ofParty,
    body: AdvanceInformationRequest,
    answer: InformationDutyView,
    summary: 'The first communication with the person, or the first onward disclosure: the notice is due then',
  })
  advance(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<InformationDutyView>> {
    return this.advanceInformation.execute(id, body as AdvanceInformationRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/fulfilment',
    needs: ofParty,
    body: FulfilInformationRequest,
    answer: InformationDutyView,
    summary: 'How and when the person was informed',
  })
  fulfil(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<InformationDutyView>> {
    return this.fulfilInformation.execute(id, body as FulfilInformationRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/exemption',
    needs: ofParty,
    body: ExemptInformationRequest,
    answer: InformationDutyView,
    summary: 'Why the person need not be informed, as one of the exemptions of the law',
  })
  exempt(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<InformationDutyView>> {
    return this.exemptInformation.execute(id, body as ExemptInformationRequest, commandCall(caller, info));
  }
}
