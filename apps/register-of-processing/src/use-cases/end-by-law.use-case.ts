import { Injectable } from '@nestjs/common';
import type { AssertLapseRequest, EndingView, EndLinkedAgreementRequest } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import type { Commander, ProtocolCommand } from '@convenant/protocol';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { DecideOnProtocol } from './decide-on-protocol.js';
import { GetEnding } from './get-ending.use-case.js';

/**
 * Records that a protocol ends by law: its legal ground goes, or the agreement it hangs on. It ends on that date, whenever
 * somebody says so. Said afterwards, the flow stops at once and what was disclosed since that date is flagged.
 */
@Injectable()
export class EndByLaw {
  constructor(
    private readonly office: ActingOffice,
    private readonly decide: DecideOnProtocol,
    private readonly getEnding: GetEnding,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID (no such date), TRANSITION_ILLEGAL */
  lapse(protocolId: string, request: AssertLapseRequest, call: CommandCall): Promise<CommandAnswer<EndingView>> {
    return this.execute(protocolId, call, (commander) => ({ type: 'assertLapse', commander, ...request }));
  }

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID (no such date), TRANSITION_ILLEGAL (also: no such agreement) */
  linkedAgreementEnded(
    protocolId: string,
    request: EndLinkedAgreementRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<EndingView>> {
    return this.execute(protocolId, call, (commander) => ({ type: 'endLinkedAgreement', commander, ...request }));
  }

  private async execute(
    protocolId: string,
    call: CommandCall,
    command: (commander: Commander) => ProtocolCommand,
  ): Promise<CommandAnswer<EndingView>> {
    await this.office.party(call);
    return this.decide.execute(protocolId, call, command, ({ factId }) =>
      this.getEnding.execute(protocolId, factId, call.party),
    );
  }
}
