import { Body, Controller, Param } from '@nestjs/common';
import { PartyList, PartyTopicsView, PartyView, RegisterPartyRequest } from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Query,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
} from '@convenant/platform';
import { commandCall } from '../use-cases/command-call.js';
import { GetPartyTopics } from '../use-cases/get-party-topics.use-case.js';
import { ListParties } from '../use-cases/list-parties.use-case.js';
import { RegisterParty } from '../use-cases/register-party.use-case.js';

/** Public bodies that take part in the installation. */
@Controller('parties')
export class PartiesController {
  constructor(
    private readonly registerParty: RegisterParty,
    private readonly listParties: ListParties,
    private readonly getPartyTopics: GetPartyTopics,
  ) {}

  @Command({
    path: '',
    needs: { roles: ['installation-admin'] },
    body: RegisterPartyRequest,
    answer: PartyView,
    summary: 'Register a public body with the issuer of its tokens and its first data protection officer',
  })
  register(
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<PartyView>> {
    return this.registerParty.execute(body as RegisterPartyRequest, commandCall(caller, info));
  }

  @Query({
    path: '',
    needs: { roles: ['agency', 'agency-user', 'signatory', 'dpo', 'ops', 'installation-admin'] },
    answer: PartyList,
    summary: "The caller's party and its counterparties; every party for the operator",
  })
  list(@Caller() caller: CallerIdentity): Promise<PartyList> {
    return this.listParties.execute(caller.party ?? null);
  }

  @Query({
    path: ':id/topics',
    needs: { roles: ['agency', 'dpo', 'ops', 'installation-admin'] },
    answer: PartyTopicsView,
    summary: "What the party's own systems connect to the message broker with, and whether it is ready",
  })
  topics(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<PartyTopicsView> {
    return this.getPartyTopics.execute(id, caller.party ?? null);
  }
}
