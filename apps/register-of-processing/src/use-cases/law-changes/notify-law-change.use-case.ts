import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant, isDate, newId } from '@convenant/kernel';
import { lawChangeNotified, type LawChangeView, type NotifyLawChangeRequest } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { deadlineOf } from '../../domain/governance/deadline.js';
import { LawChange } from '../../db/governance.entities.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { GovernanceOptions } from '../governance/governance-options.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { TellOfficers } from '../officer-mail/tell-officers.js';
import { GetLawChanges } from './get-law-changes.use-case.js';

/**
 * A party tells the other one of a change of the law, with what of the protocol it touches. The other one has to review it in
 * time. The clause is that of the party's duty where the text has one; a party may tell without a duty.
 */
@Injectable()
export class NotifyLawChange {
  constructor(
    private readonly office: ActingOffice,
    private readonly governed: GovernedProtocol,
    private readonly commands: CommandRunner,
    private readonly getLawChanges: GetLawChanges,
    private readonly options: GovernanceOptions,
    private readonly officers: TellOfficers,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID (date), TRANSITION_ILLEGAL (never in force) */
  async execute(
    protocolId: string,
    { instrument, inForceOn, impact, documentHash }: NotifyLawChangeRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<LawChangeView>> {
    const party = await this.office.partyOrSystem(call);
    const { role, other } = await this.governed.sides(protocolId, party);
    if (!isDate(inForceOn)) {
      throw new DomainError('INPUT_INVALID', 'The notice does not have the required shape', {
        faults: [{ in: 'body', name: '/inForceOn', detail: 'must be an existing date YYYY-MM-DD' }],
      });
    }
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id, protocolId],
      work: async (tx) => {
        const { version, model } = await this.governed.inForce(protocolId, tx);
        const kinds: readonly string[] = impact.includes('processors')
          ? ['lawChange', 'processorChange']
          : ['lawChange'];
        const clause = model.duties.find(({ kind, by }) => kinds.includes(kind) && by.includes(role))?.clause ?? null;
        const reviewBy = deadlineOf(tx.now, this.options.terms.reviewWithin);
        await tx.manager.insert(LawChange, {
          id,
          protocolId,
          party,
          instrument,
          inForceOn,
          impact,
          documentHash: documentHash ?? null,
          clause,
          notifiedAt: new Date(tx.now),
          reviewBy: new Date(reviewBy),
        });
        const quoted = clause === null ? {} : { clause };
        await tx.append(lawChangeNotified, {
          subject: id,
          data: {
            lawChangeId: id,
            protocolId,
            version,
            byParty: party,
            ...quoted,
            instrument,
            inForceOn,
            impact,
            ...(documentHash === undefined ? {} : { documentHash }),
            notifiedAt: formatInstant(tx.now),
            reviewBy: formatInstant(reviewBy),
          },
          context: call.context,
          protocolId,
          protocolVersion: version,
          ...quoted,
        });
        const told = { party: other, topic: 'LAW_CHANGE_NOTIFIED', about: instrument, reference: id, clause } as const;
        const path = `/register/v1/protocols/${protocolId}/law-changes`;
        await this.officers.tell(tx, { ...told, protocolId, at: tx.now, path });
        await this.governed.lookAgain(tx, protocolId);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getLawChanges.one(protocolId, result['id'] as string, party),
    });
  }
}
