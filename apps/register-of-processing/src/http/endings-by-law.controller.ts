import { Body, Controller, Param } from '@nestjs/common';
import Type, { type Static } from 'typebox';
import {
  AssertLapseRequest,
  CompleteEndDutyRequest,
  EndDutiesView,
  EndingView,
  EndLinkedAgreementRequest,
  FlaggedDisclosures,
  Token,
  Uuid,
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
import { commandCall } from '../use-cases/command-call.js';
import { CompleteEndDuty } from '../use-cases/complete-end-duty.use-case.js';
import { EndByLaw } from '../use-cases/end-by-law.use-case.js';
import { GetEndDuties } from '../use-cases/get-end-duties.use-case.js';
import { ListFlagged } from '../use-cases/list-flagged.use-case.js';
import { ofParty } from './of-party.js';

/** Disclosures a page holds unless the caller says how many. */
const PAGE = 100;

const PageQuery = Type.Object(
  { after: Type.Optional(Uuid), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) },
  { additionalProperties: false },
);

const DutyParams = Type.Object({ id: Uuid, endingId: Uuid, duty: Token }, { additionalProperties: false });

/** Endings that the law brings about, and what every ending leaves behind. */
@Controller('protocols')
export class EndingsByLawController {
  constructor(
    private readonly endByLaw: EndByLaw,
    private readonly completeEndDuty: CompleteEndDuty,
    private readonly getEndDuties: GetEndDuties,
    private readonly listFlagged: ListFlagged,
  ) {}

  @Command({
    path: ':id/lapses',
    needs: ofParty,
    body: AssertLapseRequest,
    answer: EndingView,
    summary: 'Assert that the legal ground goes, or went, on a date: the protocol ends by law as of then',
  })
  lapse(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<EndingView>> {
    return this.endByLaw.lapse(id, body as AssertLapseRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/linked-agreement-endings',
    needs: ofParty,
    body: EndLinkedAgreementRequest,
    answer: EndingView,
    summary: 'Record that the agreement the flow hangs on ends, or ended, on a date: the flow ends with it',
  })
  linkedAgreementEnded(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<EndingView>> {
    return this.endByLaw.linkedAgreementEnded(id, body as EndLinkedAgreementRequest, commandCall(caller, info));
  }

  @Query({
    path: ':id/endings/:endingId/flagged',
    needs: { roles: ['dpo', 'signatory', 'agency'] },
    query: PageQuery,
    answer: FlaggedDisclosures,
    summary: 'What was disclosed after the protocol had ended by law and before that was said',
  })
  flagged(
    @Param('id') protocolId: string,
    @Param('endingId') endingId: string,
    @QueryParams() page: unknown,
    @Caller() caller: CallerIdentity,
  ): Promise<FlaggedDisclosures> {
    const { after, limit = PAGE } = page as Static<typeof PageQuery>;
    return this.listFlagged.execute({ protocolId, endingId }, { after, limit }, caller.party ?? null);
  }

  @Query({
    path: ':id/endings/:endingId/duties',
    needs: ofParty,
    answer: EndDutiesView,
    summary: 'What the parties owe after an ending, and what is done',
  })
  duties(
    @Param('id') id: string,
    @Param('endingId') endingId: string,
    @Caller() caller: CallerIdentity,
  ): Promise<EndDutiesView> {
    return this.getEndDuties.execute(id, endingId, caller.party ?? null);
  }

  @Command({
    path: ':id/endings/:endingId/duties/:duty/completion',
    params: DutyParams,
    needs: ofParty,
    body: CompleteEndDutyRequest,
    answer: EndDutiesView,
    summary: 'Say that a duty after an ending is done',
  })
  complete(
    @Param('id') protocolId: string,
    @Param('endingId') endingId: string,
    @Param('duty') duty: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<EndDutiesView>> {
    const about = { protocolId, endingId, duty };
    return this.completeEndDuty.execute(about, body as CompleteEndDutyRequest, commandCall(caller, info));
  }
}
