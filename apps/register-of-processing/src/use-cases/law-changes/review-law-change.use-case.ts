import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { lawChangeReviewed, type LawChangeView, type ReviewLawChangeRequest } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { LawChange } from '../../db/governance.entities.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { TellOfficers } from '../officer-mail/tell-officers.js';
import { GetLawChanges } from './get-law-changes.use-case.js';

/**
 * The party that was told of a change of the law says what it means for the protocol. What has to follow (an amendment, a
 * suspension, an ending) is a command of its own: a review changes nothing by itself.
 */
@Injectable()
export class ReviewLawChange {
  constructor(
    private readonly office: ActingOffice,
    private readonly governed: GovernedProtocol,
    private readonly commands: CommandRunner,
    private readonly getLawChanges: GetLawChanges,
    private readonly officers: TellOfficers,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN (its own notice), CONFLICT (reviewed before) */
  async execute(
    { protocolId, id }: { protocolId: string; id: string },
    { outcome, impact, documentHash }: ReviewLawChangeRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<LawChangeView>> {
    const party = await this.office.party(call);
    const shown = await this.getLawChanges.one(protocolId, id, party);
    if (shown.party === party) throw new DomainError('FORBIDDEN', 'A notice is reviewed by the party that was told');
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id, protocolId],
      work: async (tx) => {
        const { reviewedAt, clause } = await tx.manager.findOneByOrFail(LawChange, { id });
        if (reviewedAt !== null) {
          throw new DomainError('CONFLICT', `Notice ${id} was reviewed at ${formatInstant(reviewedAt.getTime())}`);
        }
        const { version } = await this.governed.text(protocolId, tx.manager, tx.now);
        const reviewDocumentHash = documentHash ?? null;
        const review = { outcome, reviewImpact: impact, reviewDocumentHash, reviewedAt: new Date(tx.now) };
        await tx.manager.update(LawChange, { id }, review);
        const quoted = clause === null ? {} : { clause };
        await tx.append(lawChangeReviewed, {
          subject: id,
          data: {
            lawChangeId: id,
            protocolId,
            version,
            byParty: party,
            ...quoted,
            outcome,
            impact,
            ...(documentHash === undefined ? {} : { documentHash }),
            reviewedAt: formatInstant(tx.now),
          },
          context: call.context,
          protocolId,
          protocolVersion: version,
          ...quoted,
        });
        const told = { party: shown.party, topic: 'LAW_CHANGE_REVIEWED', about: shown.instrument, clause } as const;
        const path = `/register/v1/protocols/${protocolId}/law-changes`;
        await this.officers.tell(tx, { ...told, protocolId, at: tx.now, reference: id, path });
        await this.governed.lookAgain(tx, protocolId);
        return { status: 201, result: { id } };
      },
      answer: () => this.getLawChanges.one(protocolId, id, party),
    });
  }
}
