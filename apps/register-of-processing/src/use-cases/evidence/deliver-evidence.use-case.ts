import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { DomainError, formatInstant } from '@convenant/kernel';
import { evidenceDelivered, type DeliverEvidenceRequest, type EvidenceRequestView } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { Evidence, EvidenceRequest } from '../../db/governance.entities.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { answerTime, GetEvidence } from './get-evidence.use-case.js';

/** The party that was asked delivers evidence for every measure of the request; less is no answer. Late is said, not refused. */
@Injectable()
export class DeliverEvidence {
  constructor(
    private readonly office: ActingOffice,
    private readonly governed: GovernedProtocol,
    private readonly commands: CommandRunner,
    private readonly getEvidence: GetEvidence,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN (not asked), INPUT_INVALID (a measure without current evidence), CONFLICT */
  async execute(
    { protocolId, id }: { protocolId: string; id: string },
    { evidence: ids }: DeliverEvidenceRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<EvidenceRequestView>> {
    const party = await this.office.party(call);
    const { ofParty } = await this.getEvidence.request(protocolId, id, party);
    if (ofParty !== party) throw new DomainError('FORBIDDEN', 'A request is answered by the party that was asked');
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id, protocolId],
      work: async (tx) => {
        const request = await tx.manager.findOneByOrFail(EvidenceRequest, { id });
        if (request.deliveredAt !== null) {
          throw new DomainError(
            'CONFLICT',
            `Request ${id} was answered at ${formatInstant(request.deliveredAt.getTime())}`,
          );
        }
        const items = await this.itemsOf(tx, request, ids);
        const { version } = await this.governed.text(protocolId, tx.manager, tx.now);
        const deliveredAt = new Date(tx.now);
        await tx.manager.update(EvidenceRequest, { id }, { evidence: ids, deliveredAt });
        const quoted = request.clause === null ? {} : { clause: request.clause };
        await tx.append(evidenceDelivered, {
          subject: id,
          data: {
            requestId: id,
            protocolId,
            version,
            byParty: party,
            items,
            ...quoted,
            deliveredAt: formatInstant(tx.now),
            ...answerTime(request, deliveredAt),
          },
          context: call.context,
          protocolId,
          protocolVersion: version,
          ...quoted,
        });
        await this.governed.lookAgain(tx, protocolId);
        return { status: 201, result: { id } };
      },
      answer: () => this.getEvidence.request(protocolId, id, party),
    });
  }

  private async itemsOf(tx: WriteTransaction, { protocolId, ofParty, measures }: EvidenceRequest, ids: string[]) {
    const found = await tx.manager.findBy(Evidence, { id: In(ids), protocolId, party: ofParty });
    const fault = (detail: string) =>
      new DomainError('INPUT_INVALID', 'This does not answer the request', {
        faults: [{ in: 'body', name: '/evidence', detail }],
      });
    if (found.length !== ids.length) throw fault('must be evidence of this party under this protocol');
    const lacking = measures.filter(
      (measure) => !found.some((one) => one.measure === measure && one.validUntil.getTime() > tx.now),
    );
    if (lacking.length > 0) throw fault(`must hold evidence that still counts of: ${lacking.join(', ')}`);
    return ids.map((evidenceId) => {
      const { measure, documentHash, asOf } = found.find((one) => one.id === evidenceId)!;
      return { evidenceId, measure, documentHash, asOf };
    });
  }
}
