import { Injectable } from '@nestjs/common';
import { addPeriod, dateOf, DomainError, formatInstant, isDate, newId, startOfDay } from '@convenant/kernel';
import { evidenceRecorded, type EvidenceView, type RecordEvidenceRequest } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { Evidence } from '../../db/governance.entities.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { GovernanceOptions } from '../governance/governance-options.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { Documents } from './documents.js';
import { GetEvidence } from './get-evidence.use-case.js';

/** A party shows by a document that one of its measures is in place. It counts from the date it speaks of, not of its upload. */
@Injectable()
export class RecordEvidence {
  constructor(
    private readonly office: ActingOffice,
    private readonly governed: GovernedProtocol,
    private readonly commands: CommandRunner,
    private readonly documents: Documents,
    private readonly getEvidence: GetEvidence,
    private readonly options: GovernanceOptions,
  ) {}

  /** @throws DomainError NOT_FOUND (protocol, measure of this party), FORBIDDEN, INPUT_INVALID (dates, document) */
  async execute(
    protocolId: string,
    { measure, documentHash, asOf, validUntil }: RecordEvidenceRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<EvidenceView>> {
    const party = await this.office.party(call);
    const { role } = await this.governed.sides(protocolId, party);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id, protocolId],
      work: async (tx) => {
        const { version, model } = await this.governed.text(protocolId, tx.manager, tx.now);
        const clause = model.securityMeasures.find(({ id: one, by }) => one === measure && by === role)?.clause;
        if (clause === undefined)
          throw new DomainError('NOT_FOUND', `The text has no measure ${measure} of this party`);
        const until = this.validUntil(asOf, validUntil, dateOf(tx.now));
        await this.documents.assertKept(protocolId, documentHash, tx.manager);
        const evidence = { id, protocolId, party, measure, clause, documentHash, asOf };
        await tx.manager.insert(Evidence, { ...evidence, validUntil: new Date(until), recordedAt: new Date(tx.now) });
        await tx.append(evidenceRecorded, {
          subject: id,
          data: {
            evidenceId: id,
            protocolId,
            version,
            byParty: party,
            measure,
            clause,
            documentHash,
            asOf,
            validUntil: formatInstant(until),
            recordedAt: formatInstant(tx.now),
          },
          context: call.context,
          protocolId,
          protocolVersion: version,
          clause,
        });
        await this.governed.lookAgain(tx, protocolId);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getEvidence.one(protocolId, result['id'] as string, party),
    });
  }

  /** First instant at which it no longer counts. */
  private validUntil(asOf: string, until: string | undefined, today: string): number {
    const fault = (name: string, detail: string) =>
      new DomainError('INPUT_INVALID', 'The evidence does not have the required shape', {
        faults: [{ in: 'body', name: `/${name}`, detail }],
      });
    if (!isDate(asOf)) throw fault('asOf', 'must be an existing date YYYY-MM-DD');
    if (asOf > today) throw fault('asOf', 'must not lie ahead: evidence shows what is');
    if (until === undefined) return addPeriod(addPeriod(startOfDay(asOf), this.options.terms.evidenceValid), 'P1D');
    if (!isDate(until)) throw fault('validUntil', 'must be an existing date YYYY-MM-DD');
    if (until < asOf) throw fault('validUntil', 'must not lie before /asOf');
    return addPeriod(startOfDay(until), 'P1D');
  }
}
