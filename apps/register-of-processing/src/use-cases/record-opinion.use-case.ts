import { Injectable } from '@nestjs/common';
import type { ProtocolView, RecordOpinionRequest } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import type { CommandCall } from './command-call.js';
import { DecideOnProtocol } from './decide-on-protocol.js';
import { GetProtocol } from './get-protocol.use-case.js';

/** Records the opinion of a party's data protection officer on a draft, and whether the data tells what the document tells. */
@Injectable()
export class RecordOpinion {
  constructor(
    private readonly decide: DecideOnProtocol,
    private readonly getProtocol: GetProtocol,
  ) {}

  /** @throws DomainError NOT_FOUND, OPINION_NOT_BY_DPO, DOCUMENT_HASH_MISMATCH, INPUT_INVALID, TRANSITION_ILLEGAL */
  execute(protocolId: string, opinion: RecordOpinionRequest, call: CommandCall): Promise<CommandAnswer<ProtocolView>> {
    return this.decide.execute(
      protocolId,
      call,
      (commander) => ({ type: 'recordOpinion', commander, ...opinion }),
      () => this.getProtocol.execute(protocolId, call.party),
    );
  }
}
