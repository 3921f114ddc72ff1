import { Injectable } from '@nestjs/common';
import type { ProtocolView, SignProtocolRequest } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import type { CommandCall } from './command-call.js';
import { DecideOnProtocol } from './decide-on-protocol.js';
import { GetProtocol } from './get-protocol.use-case.js';

/** Records the signature of a named signatory over document and data. The last missing one activates the protocol. */
@Injectable()
export class SignProtocol {
  constructor(
    private readonly decide: DecideOnProtocol,
    private readonly getProtocol: GetProtocol,
  ) {}

  /**
   * @throws DomainError NOT_FOUND, SIGNATORY_NOT_NAMED, DOCUMENT_HASH_MISMATCH, CONFLICT (signed already), INPUT_INVALID,
   * TRANSITION_ILLEGAL (opinions are missing, or nothing is to be signed)
   */
  execute(protocolId: string, signature: SignProtocolRequest, call: CommandCall): Promise<CommandAnswer<ProtocolView>> {
    return this.decide.execute(
      protocolId,
      call,
      (commander) => ({ type: 'sign', commander, ...signature }),
      () => this.getProtocol.execute(protocolId, call.party),
    );
  }
}
