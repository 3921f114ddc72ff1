import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { evidenceRequested, type EvidenceRequestView, type RequestEvidenceRequest } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { deadlineOf } from '../../domain/governance/deadline.js';
import { EvidenceRequest } from '../../db/governance.entities.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { GovernanceOptions } from '../governance/governance-options.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { GetEvidence } from './get-evidence.use-case.js';

/** A party asks the other one, by simple request, to prove its measures. The clause is that of the duty where the text has one. */
@Injectable()
export class RequestEvidence {
  constructor(
    private readonly office: ActingOffice,
    private readonly governed: GovernedProtocol,
    private readonly commands: CommandRunner,
    private readonly getEvidence: GetEvidence,
    private readonly options: GovernanceOptions,
  ) {}

  /** @throws DomainError NOT_FOUND (protocol), FORBIDDEN, INPUT_INVALID (no measure of the other party), TRANSITION_ILLEGAL */
  async execute(
    protocolId: string,
    request: RequestEvidenceRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<EvidenceRequestView>> {
    const party = await this.office.party(call);
    const { role, other: ofParty } = await this.governed.sides(protocolId, party);
    const asked = role === 'sender' ? 'receiver' : 'sender';
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id, protocolId],
      work: async (tx) => {
        const { version, model } = await this.governed.inForce(protocolId, tx);
        const known = model.securityMeasures.filter(({ by }) => by === asked).map(({ id: measure }) => measure);
        const measures = request.measures ?? known;
        if (measures.length === 0 || !measures.every((measure) => known.includes(measure))) {
          throw new DomainError('INPUT_INVALID', 'The other party owes no such measure', {
            faults: [{ in: 'body', name: '/measures', detail: `must be of: ${known.join(', ') || 'none'}` }],
          });
        }
        const clause = model.duties.find(({ kind, by }) => kind === 'proof' && by.includes(asked))?.clause ?? null;
        const answerBy = deadlineOf(tx.now, this.options.terms.answerWithin);
        const row = { id, protocolId, party, ofParty, measures, clause };
        await tx.manager.insert(EvidenceRequest, {
          ...row,
          requestedAt: new Date(tx.now),
          answerBy: new Date(answerBy),
        });
        const quoted = clause === null ? {} : { clause };
        await tx.append(evidenceRequested, {
          subject: id,
          data: {
            requestId: id,
            protocolId,
            version,
            byParty: party,
            ofParty,
            measures,
            ...quoted,
            requestedAt: formatInstant(tx.now),
            answerBy: formatInstant(answerBy),
          },
          context: call.context,
          protocolId,
          protocolVersion: version,
          ...quoted,
        });
        await this.governed.lookAgain(tx, protocolId);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getEvidence.request(protocolId, result['id'] as string, party),
    });
  }
}
