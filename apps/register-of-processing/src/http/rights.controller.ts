import { Body, Controller, Param } from '@nestjs/common';
import {
  AnswerRightsRequest,
  ExtendRightsRequest,
  LetterQuery,
  LetterView,
  ReceiveRightsRequest,
  RefuseRightsRequest,
  RightsRequestsPage,
  RightsRequestsQuery,
  RightsRequestView,
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
import { rightsLetter } from '../domain/rights-letter.js';
import { AnswerRights } from '../use-cases/answer-rights-request.use-case.js';
import { commandCall } from '../use-cases/command-call.js';
import { ExtendRights } from '../use-cases/extend-rights-request.use-case.js';
import { ReceiveRights } from '../use-cases/receive-rights-request.use-case.js';
import { RefuseRights } from '../use-cases/refuse-rights-request.use-case.js';
import { RightsRequests } from '../use-cases/rights-requests.js';
import { ofParty } from './of-party.js';

/** Requests of data subjects, for the party that received them. */
@Controller('rights-requests')
export class RightsController {
  constructor(
    private readonly receiveRights: ReceiveRights,
    private readonly extendRights: ExtendRights,
    private readonly answerRights: AnswerRights,
    private readonly refuseRights: RefuseRights,
    private readonly requests: RightsRequests,
  ) {}

  @Command({
    path: '',
    needs: ofParty,
    body: ReceiveRightsRequest,
    answer: RightsRequestView,
    summary: 'Record that a data subject exercises a right; an objection stops the disclosures of that person at once',
  })
  receive(
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<RightsRequestView>> {
    return this.receiveRights.execute(body as ReceiveRightsRequest, commandCall(caller, info));
  }

  @Query({
    path: '',
    needs: ofParty,
    query: RightsRequestsQuery,
    answer: RightsRequestsPage,
    summary: "Requests that the caller's party received, newest first",
  })
  list(@Caller() caller: CallerIdentity, @QueryParams() query: RightsRequestsQuery): Promise<RightsRequestsPage> {
    return this.requests.list(caller.party ?? null, query);
  }

  @Query({
    path: ':id',
    needs: ofParty,
    answer: RightsRequestView,
    summary: 'One request: deadlines, decision, how far it is enforced',
  })
  one(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<RightsRequestView> {
    return this.requests.view(id, caller.party ?? null);
  }

  @Query({
    path: ':id/letter',
    needs: ofParty,
    query: LetterQuery,
    answer: LetterView,
    summary: 'The letter to the person for the present state of the request, in plain nl, fr or en',
  })
  async letter(
    @Param('id') id: string,
    @Caller() caller: CallerIdentity,
    @QueryParams() { language }: LetterQuery,
  ): Promise<LetterView> {
    return rightsLetter(await this.requests.view(id, caller.party ?? null), language);
  }

  @Command({
    path: ':id/extension',
    needs: ofParty,
    body: ExtendRightsRequest,
    answer: RightsRequestView,
    summary: 'Two months more, told to the person with reasons within the first month',
  })
  extend(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<RightsRequestView>> {
    return this.extendRights.execute(id, body as ExtendRightsRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/answer',
    needs: ofParty,
    body: AnswerRightsRequest,
    answer: RightsRequestView,
    summary: 'Grant a request, wholly or in part; what it orders is carried out by the services that own the matter',
  })
  answer(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<RightsRequestView>> {
    return this.answerRights.execute(id, body as AnswerRightsRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/refusal',
    needs: ofParty,
    body: RefuseRightsRequest,
    answer: RightsRequestView,
    summary: 'Refuse a request for reasons that the law gives; the remedies are told with it',
  })
  refuse(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<RightsRequestView>> {
    return this.refuseRights.execute(id, body as RefuseRightsRequest, commandCall(caller, info));
  }
}
