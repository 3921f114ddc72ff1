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
import { Frameworks } from './frameworks.js';
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
    private readonly frameworks: Frameworks,
    private readonly getProtocol: GetProtocol,
  ) {}

  /** @throws DomainError FORBIDDEN, PARTY_UNKNOWN, PROTOCOL_INVALID (member `findings`), CONFLICT (too many acceded) */
  async execute(request: DraftProtocolRequest, call: CommandCall): Promise<CommandAnswer<ProtocolView>> {
    const { model, parties, frameworkId, dataHash, findings } = await this.acceptedFile.of(request, call.party);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: frameworkId === null ? [id] : [id, frameworkId],
      work: async (tx) => {
        const command = { type: 'draft', model, documentHash: request.documentHash, dataHash } as const;
        const events = decided(decideProtocol(noProtocol, command, tx.now));
        if (frameworkId !== null) await this.frameworks.assertRoom(frameworkId, tx.manager);
        const { kind, reference } = model;
        await tx.manager.insert(Protocol, { id, ...parties, kind, reference, frameworkId });
        const about = { id, parties, frameworkId, model, context: call.context, findings };
        await this.store.record(tx, about, events);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getProtocol.execute(result['id'] as string, call.party),
    });
  }
}
