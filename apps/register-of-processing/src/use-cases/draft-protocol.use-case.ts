import { Injectable } from '@nestjs/common';
import { newId } from '@convenant/kernel';
import type { DraftProtocolRequest, ProtocolView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { decideProtocol, noProtocol } from '@convenant/protocol';
import { Protocol } from '../db/protocol.entity.js';
import { AcceptedFile } from './accepted-file.js';
import type { CommandCall } from './command-call.js';
import { decided } from './decide-on-protocol.js';
import { GetProtocol } from './get-protocol.use-case.js';
import { ProtocolStore } from './protocol-store.js';

/**
 * Enters a protocol as data. A file with an error is refused with everything found on it, and nothing is stored; what is
 * accepted gets the hash of its canonical form, which the officers approve and the signatories sign.
 */
@Injectable()
export class DraftProtocol {
  constructor(
    private readonly acceptedFile: AcceptedFile,
    private readonly commands: CommandRunner,
    private readonly store: ProtocolStore,
    private readonly getProtocol: GetProtocol,
  ) {}

  /** @throws DomainError FORBIDDEN, PARTY_UNKNOWN, PROTOCOL_INVALID (member `findings`) */
  async execute(request: DraftProtocolRequest, call: CommandCall): Promise<CommandAnswer<ProtocolView>> {
    const { model, parties, dataHash, findings } = await this.acceptedFile.of(request, call.party);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const command = { type: 'draft', model, documentHash: request.documentHash, dataHash } as const;
        const events = decided(decideProtocol(noProtocol, command, tx.now));
        await tx.manager.insert(Protocol, { id, ...parties });
        await this.store.record(tx, { id, parties, model, context: call.context, findings }, events);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getProtocol.execute(result['id'] as string, call.party),
    });
  }
}
