import { Body, Controller, Param } from '@nestjs/common';
import { ApplyPurgeRequest, PlanPurgeRequest, PurgePage, PurgeQuery, PurgeView } from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Query,
  QueryParams,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
  type Role,
} from '@convenant/platform';
import { ApplyPurge } from '../use-cases/apply-purge.use-case.js';
import { commandCall, partyOf } from '../use-cases/command-call.js';
import { GetPurges } from '../use-cases/get-purges.use-case.js';
import { PlanPurge } from '../use-cases/plan-purge.use-case.js';

const needs: { roles: readonly Role[] } = { roles: ['ops', 'dpo'] };

/** Purges of what a party received: planned, applied, followed. */
@Controller('purges')
export class PurgesController {
  constructor(
    private readonly planPurge: PlanPurge,
    private readonly applyPurge: ApplyPurge,
    private readonly getPurges: GetPurges,
  ) {}

  @Command({
    path: 'plan',
    needs,
    body: PlanPurgeRequest,
    answer: PurgeView,
    summary: 'Count what may be erased now under a protocol; erases nothing',
  })
  plan(
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<PurgeView>> {
    return this.planPurge.execute(body as PlanPurgeRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/apply',
    needs,
    body: ApplyPurgeRequest,
    answer: PurgeView,
    summary: 'Erase what a plan showed, if that is still the set',
  })
  apply(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<PurgeView>> {
    return this.applyPurge.execute(id, body as ApplyPurgeRequest, commandCall(caller, info));
  }

  @Query({ path: '', needs, query: PurgeQuery, answer: PurgePage, summary: "The party's purges, the newest first" })
  page(@QueryParams() query: unknown, @Caller() caller: CallerIdentity): Promise<PurgePage> {
    return this.getPurges.page(query as PurgeQuery, partyOf(caller));
  }

  @Query({ path: ':id', needs, answer: PurgeView, summary: 'One purge and how far it is' })
  one(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<PurgeView> {
    return this.getPurges.one(id, partyOf(caller));
  }
}
