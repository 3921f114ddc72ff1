import { Body, Controller, Param } from '@nestjs/common';
import { ResumeProtocolRequest, SuspendProtocolRequest, SuspensionView } from '@convenant/contracts';
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
import { GetSuspension } from '../use-cases/get-suspension.use-case.js';
import { ResumeProtocol } from '../use-cases/resume-protocol.use-case.js';
import { SuspendProtocol } from '../use-cases/suspend-protocol.use-case.js';
import { ofParty } from './of-party.js';

/** Stopping what flows under a protocol for a while. */
@Controller('protocols')
export class SuspensionsController {
  constructor(
    private readonly suspendProtocol: SuspendProtocol,
    private readonly resumeProtocol: ResumeProtocol,
    private readonly getSuspension: GetSuspension,
  ) {}

  @Command({
    path: ':id/suspensions',
    needs: ofParty,
    body: SuspendProtocolRequest,
    answer: SuspensionView,
    summary: 'Suspend a protocol: nothing flows until it is resumed',
  })
  suspend(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<SuspensionView>> {
    return this.suspendProtocol.execute(id, body as SuspendProtocolRequest, commandCall(caller, info));
  }

  @Query({
    path: ':id/suspensions/:suspensionId',
    needs: ofParty,
    answer: SuspensionView,
    summary: 'How far a suspension is enforced, and whether it is lifted',
  })
  one(
    @Param('id') id: string,
    @Param('suspensionId') suspensionId: string,
    @Caller() caller: CallerIdentity,
  ): Promise<SuspensionView> {
    return this.getSuspension.execute(id, suspensionId, caller.party ?? null);
  }

  @Command({
    path: ':id/suspensions/:suspensionId/resumption',
    needs: ofParty,
    body: ResumeProtocolRequest,
    answer: SuspensionView,
    summary: 'Lift a suspension; for the party that suspended',
  })
  resume(
    @Param('id') id: string,
    @Param('suspensionId') suspensionId: string,
    @Body() _body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<SuspensionView>> {
    return this.resumeProtocol.execute(id, suspensionId, commandCall(caller, info));
  }
}
