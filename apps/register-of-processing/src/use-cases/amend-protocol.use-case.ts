import { Injectable } from '@nestjs/common';
import type { AmendProtocolRequest, ProtocolView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { decideProtocol } from '@convenant/protocol';
import { stateAt } from '../domain/protocol-history.js';
import { AcceptedFile } from './accepted-file.js';
import type { CommandCall } from './command-call.js';
import { decided } from './decide-on-protocol.js';
import { GetProtocol } from './get-protocol.use-case.js';
import { ProtocolStore } from './protocol-store.js';

/**
 * Enters a new version of a protocol. It is agreed on like the first: opinions, decisions and signatures over its own hashes;
 * the version in force goes on beside it, and decides every request until the new one is in force.
 */
@Injectable()
export class AmendProtocol {
  constructor(
    private readonly acceptedFile: AcceptedFile,
    private readonly commands: CommandRunner,
    private readonly store: ProtocolStore,
    private readonly getProtocol: GetProtocol,
  ) {}

  /**
   * @throws DomainError NOT_FOUND, PROTOCOL_INVALID (member `findings`), TRANSITION_ILLEGAL (ended, or under notice),
   *   CONFLICT (it says what the last version says, or is another kind of protocol)
   */
  async execute(id: string, request: AmendProtocolRequest, call: CommandCall): Promise<CommandAnswer<ProtocolView>> {
    const parties = await this.store.partiesFor(id, call.party);
    const { model, frameworkId, dataHash, findings } = await this.acceptedFile.of(
      { ...request, parties },
      call.party,
      id,
    );
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const state = stateAt(await this.store.history(id, tx.manager), tx.now);
        const command = { type: 'amend', model, documentHash: request.documentHash, dataHash } as const;
        const events = decided(decideProtocol(state, command, tx.now));
        await this.store.record(tx, { id, parties, frameworkId, model, context: call.context, findings }, events);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getProtocol.execute(result['id'] as string, call.party),
    });
  }
}
