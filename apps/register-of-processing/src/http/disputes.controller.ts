import { Body, Controller, Param } from '@nestjs/common';
import { CloseDisputeRequest, DisputesView, DisputeView, OpenDisputeRequest } from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Query,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
} from '@convenant/platform';
import { CloseDispute } from '../use-cases/close-dispute.use-case.js';
import { commandCall } from '../use-cases/command-call.js';
import { GetDisputes } from '../use-cases/get-disputes.use-case.js';
import { OpenDispute } from '../use-cases/open-dispute.use-case.js';
import { ofParty } from './of-party.js';

/** Disputes between the parties of a protocol. */
@Controller('protocols')
export class DisputesController {
  constructor(
    private readonly openDispute: OpenDispute,
    private readonly closeDispute: CloseDispute,
    private readonly getDisputes: GetDisputes,
  ) {}

  @Command({
    path: ':id/disputes',
    needs: ofParty,
    body: OpenDisputeRequest,
    answer: DisputeView,
    summary: 'Open a dispute about the protocol, one person or one disclosure under it; nothing in its scope is erased',
  })
  open(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<DisputeView>> {
    return this.openDispute.execute(id, body as OpenDisputeRequest, commandCall(caller, info));
  }

  @Query({
    path: ':id/disputes',
    needs: ofParty,
    answer: DisputesView,
    summary: 'The disputes about a protocol, open ones first',
  })
  all(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<DisputesView> {
    return this.getDisputes.all(id, caller.party ?? null);
  }

  @Query({ path: ':id/disputes/:disputeId', needs: ofParty, answer: DisputeView, summary: 'One dispute' })
  one(
    @Param('id') id: string,
    @Param('disputeId') disputeId: string,
    @Caller() caller: CallerIdentity,
  ): Promise<DisputeView> {
    return this.getDisputes.one(id, disputeId, caller.party ?? null);
  }

  @Command({
    path: ':id/disputes/:disputeId/closing',
    needs: ofParty,
    body: CloseDisputeRequest,
    answer: DisputeView,
    summary: 'Close a dispute: settled, judged or withdrawn; its hold is lifted',
  })
  close(
    @Param('id') id: string,
    @Param('disputeId') disputeId: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<DisputeView>> {
    return this.closeDispute.execute(id, disputeId, body as CloseDisputeRequest, commandCall(caller, info));
  }
}
