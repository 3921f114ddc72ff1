import { Injectable } from '@nestjs/common';
import type { DecideGapRequest, ProtocolView } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import type { CommandCall } from './command-call.js';
import { DecideOnProtocol } from './decide-on-protocol.js';
import { GetProtocol } from './get-protocol.use-case.js';

/** Records what a party decided on a point that the text leaves open: shown as a decision, never as the text. */
@Injectable()
export class DecideOpenPoint {
  constructor(
    private readonly decide: DecideOnProtocol,
    private readonly getProtocol: GetProtocol,
  ) {}

  /** @throws DomainError NOT_FOUND, INPUT_INVALID, FORBIDDEN (not this party's to decide), CONFLICT, TRANSITION_ILLEGAL */
  execute(protocolId: string, decision: DecideGapRequest, call: CommandCall): Promise<CommandAnswer<ProtocolView>> {
    return this.decide.execute(
      protocolId,
      call,
      (commander) => ({ type: 'decideGap', commander, ...decision }),
      () => this.getProtocol.execute(protocolId, call.party),
    );
  }
}
