import { Injectable } from '@nestjs/common';
import type { SuspendProtocolRequest, SuspensionView } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { DecideOnProtocol } from './decide-on-protocol.js';
import { GetSuspension } from './get-suspension.use-case.js';

/** Stops what flows under a protocol for a while. Answered *enforcing*; *enforced* once transfer has said so. */
@Injectable()
export class SuspendProtocol {
  constructor(
    private readonly office: ActingOffice,
    private readonly decide: DecideOnProtocol,
    private readonly getSuspension: GetSuspension,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID (no such clause), TRANSITION_ILLEGAL */
  async execute(
    protocolId: string,
    request: SuspendProtocolRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<SuspensionView>> {
    await this.office.party(call);
    return this.decide.execute(
      protocolId,
      call,
      (commander) => ({ type: 'suspend', commander, ...request }),
      ({ factId }) => this.getSuspension.execute(protocolId, factId, call.party),
    );
  }
}
