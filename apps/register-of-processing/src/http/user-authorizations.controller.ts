import { Body, Controller, Param } from '@nestjs/common';
import {
  AuthorizeUserRequest,
  RevokeUserRequest,
  UserAuthorizationsPage,
  UserAuthorizationsQuery,
  UserAuthorizationView,
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
import { AuthorizeUser } from '../use-cases/authorize-user.use-case.js';
import { commandCall } from '../use-cases/command-call.js';
import { GetUserAuthorizations } from '../use-cases/get-user-authorizations.use-case.js';
import { RevokeUser } from '../use-cases/revoke-user.use-case.js';
import { ofParty } from './of-party.js';

/** Who may look data up under a protocol, and whom each reference stands for. */
@Controller('user-authorizations')
export class UserAuthorizationsController {
  constructor(
    private readonly authorizeUser: AuthorizeUser,
    private readonly revokeUser: RevokeUser,
    private readonly authorizations: GetUserAuthorizations,
  ) {}

  @Command({
    path: '',
    needs: ofParty,
    body: AuthorizeUserRequest,
    answer: UserAuthorizationView,
    summary: 'Authorise one person of the own party for a task under a protocol, from a date to a date',
  })
  authorize(
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<UserAuthorizationView>> {
    return this.authorizeUser.execute(body as AuthorizeUserRequest, commandCall(caller, info));
  }

  @Query({
    path: '',
    needs: ofParty,
    query: UserAuthorizationsQuery,
    answer: UserAuthorizationsPage,
    summary:
      'The authorisations that the own party gave and whom they are for, newest first; for its data protection officer',
  })
  page(
    @Caller() caller: CallerIdentity,
    @QueryParams() query: UserAuthorizationsQuery,
  ): Promise<UserAuthorizationsPage> {
    return this.authorizations.page(query, callOf(caller));
  }

  @Query({ path: ':id', needs: ofParty, answer: UserAuthorizationView, summary: 'One authorisation of the own party' })
  one(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<UserAuthorizationView> {
    return this.authorizations.one(id, callOf(caller));
  }

  @Command({
    path: ':id/revocation',
    needs: ofParty,
    body: RevokeUserRequest,
    answer: UserAuthorizationView,
    summary: 'Take an authorisation back: nothing is looked up under it once that is enforced',
  })
  revoke(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<UserAuthorizationView>> {
    return this.revokeUser.execute(id, body as RevokeUserRequest, commandCall(caller, info));
  }
}

function callOf({ party, roles, userRef }: CallerIdentity) {
  return { party: party ?? null, roles, userRef };
}
