import { Body, Controller, Param } from '@nestjs/common';
import { LawChangesView, LawChangeView, NotifyLawChangeRequest, ReviewLawChangeRequest } from '@convenant/contracts';
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
import { GetLawChanges } from '../use-cases/law-changes/get-law-changes.use-case.js';
import { NotifyLawChange } from '../use-cases/law-changes/notify-law-change.use-case.js';
import { ReviewLawChange } from '../use-cases/law-changes/review-law-change.use-case.js';
import { ofParty } from './of-party.js';

/** Changes of the law that touch a protocol. */
@Controller('protocols')
export class LawChangesController {
  constructor(
    private readonly notifyLawChange: NotifyLawChange,
    private readonly reviewLawChange: ReviewLawChange,
    private readonly getLawChanges: GetLawChanges,
  ) {}

  @Query({
    path: ':id/law-changes',
    needs: ofParty,
    answer: LawChangesView,
    summary: 'Notices of changes, open ones first',
  })
  all(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<LawChangesView> {
    return this.getLawChanges.all(id, caller.party ?? null);
  }

  @Command({
    path: ':id/law-changes',
    needs: ofParty,
    body: NotifyLawChangeRequest,
    answer: LawChangeView,
    summary: 'Tell the other party of a change of the law, and what of the protocol it touches',
  })
  notify(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<LawChangeView>> {
    return this.notifyLawChange.execute(id, body as NotifyLawChangeRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/law-changes/:lawChangeId/review',
    needs: ofParty,
    body: ReviewLawChangeRequest,
    answer: LawChangeView,
    summary: 'Say what a change that the party was told of means for the protocol',
  })
  review(
    @Param('id') protocolId: string,
    @Param('lawChangeId') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<LawChangeView>> {
    const call = commandCall(caller, info);
    return this.reviewLawChange.execute({ protocolId, id }, body as ReviewLawChangeRequest, call);
  }
}
