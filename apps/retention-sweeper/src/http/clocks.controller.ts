import { Body, Controller, Param } from '@nestjs/common';
import { ClockView, DeclareErasureRequest, RecordTriggerRequest, RetentionStatusView } from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Query,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
} from '@convenant/platform';
import { commandCall, partyOf } from '../use-cases/command-call.js';
import { DeclareErasure } from '../use-cases/declare-erasure.use-case.js';
import { GetClock } from '../use-cases/get-clock.use-case.js';
import { GetStatus } from '../use-cases/get-status.use-case.js';
import { RecordTrigger } from '../use-cases/record-trigger.use-case.js';

/** Until when what a party received is kept, and what moves it. For the receiving party only. */
@Controller()
export class ClocksController {
  constructor(
    private readonly recordTrigger: RecordTrigger,
    private readonly declareErasure: DeclareErasure,
    private readonly getClock: GetClock,
    private readonly getStatus: GetStatus,
  ) {}

  @Command({
    path: 'triggers',
    needs: { roles: ['agency', 'agency-user'] },
    body: RecordTriggerRequest,
    answer: ClockView,
    summary: 'Report a contact outcome, or that a file was opened, closed or opened again',
  })
  trigger(
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ClockView>> {
    return this.recordTrigger.execute(body as RecordTriggerRequest, commandCall(caller, info));
  }

  @Command({
    path: 'disclosures/:disclosureId/erasure-declarations',
    needs: { roles: ['agency', 'agency-user', 'dpo'] },
    body: DeclareErasureRequest,
    answer: ClockView,
    summary: "Declare that the values are erased in the receiver's own systems too",
  })
  declaration(
    @Param('disclosureId') disclosureId: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ClockView>> {
    return this.declareErasure.execute(disclosureId, body as DeclareErasureRequest, commandCall(caller, info));
  }

  @Query({
    path: 'clocks/:disclosureId',
    needs: { roles: ['agency', 'agency-user', 'dpo', 'ops'] },
    answer: ClockView,
    summary: 'Until when the values of one disclosure are kept, and why',
  })
  clock(@Param('disclosureId') disclosureId: string, @Caller() caller: CallerIdentity): Promise<ClockView> {
    return this.getClock.execute(disclosureId, partyOf(caller));
  }

  @Query({
    path: 'status',
    needs: { roles: ['dpo', 'ops'] },
    answer: RetentionStatusView,
    summary: 'What is kept, due, held and overdue by protocol, and which decisions are missing',
  })
  status(@Caller() caller: CallerIdentity): Promise<RetentionStatusView> {
    return this.getStatus.execute(partyOf(caller));
  }
}
