import { Body, Controller, Param } from '@nestjs/common';
import { EndingView, EndProtocolRequest } from '@convenant/contracts';
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
import { EndProtocol } from '../use-cases/end-protocol.use-case.js';
import { GetEnding } from '../use-cases/get-ending.use-case.js';

/** How protocols end. */
@Controller('protocols')
export class EndingsController {
  constructor(
    private readonly endProtocol: EndProtocol,
    private readonly getEnding: GetEnding,
  ) {}

  @Command({
    path: ':id/endings',
    needs: { roles: ['signatory'] },
    body: EndProtocolRequest,
    answer: EndingView,
    summary: 'End a protocol for violation, by revocation or by notice, as its text allows',
  })
  end(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<EndingView>> {
    return this.endProtocol.execute(id, body as EndProtocolRequest, commandCall(caller, info));
  }

  @Query({
    path: ':id/endings/:endingId',
    needs: { roles: ['agency', 'agency-user', 'signatory', 'dpo', 'ops'] },
    answer: EndingView,
    summary: 'How far an ending is enforced, and how long it took',
  })
  one(
    @Param('id') id: string,
    @Param('endingId') endingId: string,
    @Caller() caller: CallerIdentity,
  ): Promise<EndingView> {
    return this.getEnding.execute(id, endingId, caller.party ?? null);
  }
}
