import { Body, Controller, Inject, Param } from '@nestjs/common';
import { LiftRestrictionRequest, RestrictionsPage, RestrictionsQuery, RestrictionView } from '@convenant/contracts';
import {
  Caller,
  type CallerIdentity,
  Command,
  CommandInfo,
  type CommandInformation,
  Query,
  QueryParams,
} from '@convenant/platform';
import { AcknowledgeRestriction } from '../use-cases/acknowledge-restriction.use-case.js';
import { LiftRestriction } from '../use-cases/lift-restriction.use-case.js';
import { Restrictions } from '../use-cases/restrictions.js';

const everybody = { roles: ['agency', 'agency-user', 'dpo'] as const };

/** Restrictions (Art. 18) with whom was told of them (Art. 19). Granted in the register, lifted here. */
@Controller('restrictions')
export class RestrictionsController {
  constructor(
    @Inject(Restrictions) private readonly restrictions: Restrictions,
    @Inject(LiftRestriction) private readonly liftRestriction: LiftRestriction,
    @Inject(AcknowledgeRestriction) private readonly acknowledgeRestriction: AcknowledgeRestriction,
  ) {}

  @Query({
    path: '',
    needs: everybody,
    query: RestrictionsQuery,
    answer: RestrictionsPage,
    summary:
      'Restrictions under the protocols of the caller, newest first; open until every recipient has acknowledged',
  })
  list(@Caller() caller: CallerIdentity, @QueryParams() query: RestrictionsQuery) {
    return this.restrictions.list(caller, query);
  }

  @Query({ path: ':id', needs: everybody, answer: RestrictionView, summary: 'One restriction with whom was told' })
  get(@Caller() caller: CallerIdentity, @Param('id') id: string) {
    return this.restrictions.get(caller, id);
  }

  @Command({
    path: ':id/lifting',
    needs: { roles: ['dpo'] as const },
    body: LiftRestrictionRequest,
    answer: RestrictionView,
    summary: 'Ends a restriction after the person was told so; told to the same recipients',
  })
  lift(
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
    @Param('id') id: string,
    @Body() body: LiftRestrictionRequest,
  ) {
    return this.liftRestriction.execute(caller, info, id, body);
  }

  @Command({
    path: ':id/acknowledgements',
    needs: everybody,
    answer: RestrictionView,
    summary: 'The recipient has restricted, or lifted, the same in its own systems',
  })
  acknowledge(@Caller() caller: CallerIdentity, @CommandInfo() info: CommandInformation, @Param('id') id: string) {
    return this.acknowledgeRestriction.execute(caller, info, id);
  }
}
