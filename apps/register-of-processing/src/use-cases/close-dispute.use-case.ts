import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { disputeClosed, type CloseDisputeRequest, type DisputeView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { Dispute } from '../db/dispute.entity.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { GetDisputes } from './get-disputes.use-case.js';

/**
 * Closes a dispute, once; with it the hold goes. A settlement or a judgment is shown by the hash of its document; only the
 * party that opened the dispute can withdraw it, since the other one would thereby lift a hold that is not its own.
 */
@Injectable()
export class CloseDispute {
  constructor(
    private readonly office: ActingOffice,
    private readonly commands: CommandRunner,
    private readonly getDisputes: GetDisputes,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID (no document), CONFLICT (closed before) */
  async execute(
    protocolId: string,
    id: string,
    { outcome, documentHash }: CloseDisputeRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<DisputeView>> {
    const party = await this.office.party(call);
    const { party: openedBy, clause } = await this.getDisputes.one(protocolId, id, party);
    const quoted = clause === undefined ? {} : { clause };
    if (outcome === 'withdrawn' && party !== openedBy) {
      throw new DomainError('FORBIDDEN', 'The party that opened the dispute alone can withdraw it', quoted);
    }
    if (outcome !== 'withdrawn' && documentHash === undefined) {
      throw new DomainError('INPUT_INVALID', 'The closing does not have the required shape', {
        faults: [{ in: 'body', name: '/documentHash', detail: 'is missing: a settlement or a judgment is a document' }],
      });
    }
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const { version, closedAt } = await tx.manager.findOneByOrFail(Dispute, { id });
        if (closedAt !== null) {
          throw new DomainError('CONFLICT', `Dispute ${id} was closed at ${formatInstant(closedAt.getTime())}`, quoted);
        }
        const closing = { closedBy: party, outcome, documentHash: documentHash ?? null, closedAt: new Date(tx.now) };
        await tx.manager.update(Dispute, { id }, closing);
        await tx.append(disputeClosed, {
          subject: id,
          data: {
            disputeId: id,
            protocolId,
            version,
            byParty: party,
            outcome,
            ...(documentHash === undefined ? {} : { documentHash }),
            ...quoted,
            closedAt: formatInstant(tx.now),
          },
          context: call.context,
          protocolId,
          protocolVersion: version,
          ...quoted,
        });
        return { status: 201, result: { id } };
      },
      answer: () => this.getDisputes.one(protocolId, id, party),
    });
  }
}
