import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { newId } from '@convenant/kernel';
import { type HoldView, type PlaceHoldRequest } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { DisclosureFact, type ProtocolFact } from '../db/facts.entity.js';
import type { CommandCall } from './command-call.js';
import { GetHolds } from './get-holds.use-case.js';
import { KnownFacts, notFound } from './known-facts.js';
import { placeHold } from './write-hold.js';

/**
 * Places a hold: from its commit on no purge takes what it covers, and what a purge has asked for already is kept by the one
 * gate in transfer. Answered *enforcing*; *enforced* once transfer has said so.
 *
 * @see GDPR Art. 17(3)(e) establishment, exercise or defence of legal claims
 */
@Injectable()
export class PlaceHold {
  constructor(
    private readonly dataSource: DataSource,
    private readonly commands: CommandRunner,
    private readonly facts: KnownFacts,
    private readonly getHolds: GetHolds,
  ) {}

  /** @throws DomainError NOT_FOUND (protocol, person or disclosure) */
  async execute(request: PlaceHoldRequest, call: CommandCall): Promise<CommandAnswer<HoldView>> {
    const { scope, authority, reason } = request;
    const protocol = await this.facts.receiversProtocol(scope.protocolId, call.party);
    await this.assertScope(scope, protocol);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        await placeHold(
          tx,
          { id, party: call.party, scope, authority, reason, disputeId: null, restrictionId: null },
          protocol,
          call.context,
        );
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getHolds.one(result['id'] as string, call.party),
    });
  }

  /** A hold on what does not exist under the protocol would keep nothing, and nobody would notice. */
  private async assertScope(scope: PlaceHoldRequest['scope'], { protocolId }: ProtocolFact): Promise<void> {
    const { disclosureId, subjectRef } = scope;
    const disclosures = this.dataSource.getRepository(DisclosureFact);
    if (disclosureId !== undefined) {
      const found = await disclosures.findOneBy({ disclosureId, protocolId, ...(subjectRef ? { subjectRef } : {}) });
      if (found === null) throw notFound('disclosure', disclosureId);
    } else if (subjectRef !== undefined && !(await disclosures.existsBy({ subjectRef, protocolId }))) {
      throw notFound('subject', subjectRef);
    }
  }
}
