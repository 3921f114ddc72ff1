import { Body, Controller, Param } from '@nestjs/common';
import { HoldsView, HoldView, PlaceHoldRequest, ReleaseHoldRequest } from '@convenant/contracts';
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
import { GetHolds } from '../use-cases/get-holds.use-case.js';
import { PlaceHold } from '../use-cases/place-hold.use-case.js';
import { ReleaseHold } from '../use-cases/release-hold.use-case.js';

const needs: { roles: readonly Role[] } = { roles: ['dpo'] };

/** Holds on what a party received. */
@Controller('holds')
export class HoldsController {
  constructor(
    private readonly placeHold: PlaceHold,
    private readonly releaseHold: ReleaseHold,
    private readonly getHolds: GetHolds,
  ) {}

  @Command({
    path: '',
    needs,
    body: PlaceHoldRequest,
    answer: HoldView,
    summary: 'Keep a protocol, a person under it or one disclosure from being erased',
  })
  place(
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<HoldView>> {
    return this.placeHold.execute(body as PlaceHoldRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/release',
    needs,
    body: ReleaseHoldRequest,
    answer: HoldView,
    summary: 'Release a hold; what became due meanwhile is purged',
  })
  release(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<HoldView>> {
    return this.releaseHold.execute(id, body as ReleaseHoldRequest, commandCall(caller, info));
  }

  @Query({ path: '', needs, answer: HoldsView, summary: "The party's holds, those that stand first" })
  all(@Caller() caller: CallerIdentity): Promise<HoldsView> {
    return this.getHolds.all(partyOf(caller));
  }

  @Query({ path: ':id', needs, answer: HoldView, summary: 'One hold and whether it is enforced' })
  one(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<HoldView> {
    return this.getHolds.one(id, partyOf(caller));
  }
}
