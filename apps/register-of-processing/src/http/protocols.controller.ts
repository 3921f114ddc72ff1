import { Body, Controller, Param } from '@nestjs/common';
import Type, { type Static } from 'typebox';
import {
  DecideGapRequest,
  DraftProtocolRequest,
  ProtocolPage,
  ProtocolView,
  RecordOpinionRequest,
  SignProtocolRequest,
  Uuid,
  ValidationView,
} from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Lookup,
  Query,
  QueryParams,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
  type Role,
} from '@convenant/platform';
import { commandCall } from '../use-cases/command-call.js';
import { DecideOpenPoint } from '../use-cases/decide-open-point.use-case.js';
import { DraftProtocol } from '../use-cases/draft-protocol.use-case.js';
import { GetProtocol } from '../use-cases/get-protocol.use-case.js';
import { ListProtocols } from '../use-cases/list-protocols.use-case.js';
import { RecordOpinion } from '../use-cases/record-opinion.use-case.js';
import { SignProtocol } from '../use-cases/sign-protocol.use-case.js';
import { ValidateProtocolFile } from '../use-cases/validate-protocol.use-case.js';

/** Anyone of a party; what they may do within their protocol is what the protocol and its lifecycle say. */
const ofParty: { roles: readonly Role[] } = { roles: ['agency', 'agency-user', 'signatory', 'dpo', 'ops'] };
const drafters: { roles: readonly Role[] } = { roles: ['agency', 'dpo', 'signatory'] };

/** Protocols a page holds unless the caller says how many. */
const PAGE = 50;

const PageQuery = Type.Object(
  { after: Type.Optional(Uuid), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) },
  { additionalProperties: false },
);

/** Protocols: drafting them as data and agreeing on them. Endings have a controller of their own. */
@Controller('protocols')
export class ProtocolsController {
  constructor(
    private readonly draftProtocol: DraftProtocol,
    private readonly validateFile: ValidateProtocolFile,
    private readonly recordOpinion: RecordOpinion,
    private readonly decideOpenPoint: DecideOpenPoint,
    private readonly signProtocol: SignProtocol,
    private readonly getProtocol: GetProtocol,
    private readonly listProtocols: ListProtocols,
  ) {}

  @Lookup({
    path: 'validate',
    needs: drafters,
    body: DraftProtocolRequest,
    answer: ValidationView,
    summary: 'What would be found on a protocol file; stores nothing',
  })
  validate(@Body() body: unknown, @Caller() caller: CallerIdentity): Promise<ValidationView> {
    return this.validateFile.execute(body as DraftProtocolRequest, caller.party ?? null);
  }

  @Command({
    path: '',
    needs: drafters,
    body: DraftProtocolRequest,
    answer: ProtocolView,
    summary: 'Enter a protocol as data',
  })
  draft(
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ProtocolView>> {
    return this.draftProtocol.execute(body as DraftProtocolRequest, commandCall(caller, info));
  }

  @Query({
    path: '',
    needs: ofParty,
    query: PageQuery,
    answer: ProtocolPage,
    summary: "The protocols of the caller's party, oldest first",
  })
  list(@Caller() caller: CallerIdentity, @QueryParams() page: unknown): Promise<ProtocolPage> {
    const { after, limit = PAGE } = page as Static<typeof PageQuery>;
    return this.listProtocols.execute(caller.party!, { after, limit });
  }

  @Query({ path: ':id', needs: ofParty, answer: ProtocolView, summary: 'A protocol as it stands now' })
  one(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<ProtocolView> {
    return this.getProtocol.execute(id, caller.party ?? null);
  }

  @Command({
    path: ':id/opinions',
    needs: ofParty,
    body: RecordOpinionRequest,
    answer: ProtocolView,
    summary: 'Record the opinion of the data protection officer on the draft',
  })
  opinion(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ProtocolView>> {
    return this.recordOpinion.execute(id, body as RecordOpinionRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/decisions',
    needs: { roles: ['dpo', 'signatory'] },
    body: DecideGapRequest,
    answer: ProtocolView,
    summary: 'Record what a party decided on a point that the text leaves open',
  })
  decision(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ProtocolView>> {
    return this.decideOpenPoint.execute(id, body as DecideGapRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/signatures',
    needs: { roles: ['signatory'] },
    body: SignProtocolRequest,
    answer: ProtocolView,
    summary: 'Record the signature of a named signatory',
  })
  signature(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ProtocolView>> {
    return this.signProtocol.execute(id, body as SignProtocolRequest, commandCall(caller, info));
  }
}
