import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { disputeOpened, type DisputeView, type OpenDisputeRequest } from '@convenant/contracts';
import { CommandRunner, InboxVersions } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { applyDecisions } from '@convenant/protocol';
import { stateAt } from '../domain/protocol-history.js';
import { DisclosureFact } from '../db/disclosure-fact.entity.js';
import { Dispute } from '../db/dispute.entity.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { GetDisputes } from './get-disputes.use-case.js';
import { ProtocolStore } from './protocol-store.js';

/** How long a dispute waits for a disclosure that its caller has just seen, in real milliseconds. */
const PATIENCE_MS = 2_000;

/**
 * Records that the parties are in dispute, with the law and the court that their text names. The retention service places a
 * hold on everything in the scope until the dispute is closed.
 *
 * @see GDPR Art. 17(3)(e) establishment, exercise or defence of legal claims
 */
@Injectable()
export class OpenDispute {
  constructor(
    private readonly dataSource: DataSource,
    private readonly office: ActingOffice,
    private readonly store: ProtocolStore,
    private readonly commands: CommandRunner,
    private readonly versions: InboxVersions,
    private readonly getDisputes: GetDisputes,
  ) {}

  /** @throws DomainError NOT_FOUND (protocol, disclosure, person), FORBIDDEN, TRANSITION_ILLEGAL (never in force) */
  async execute(
    protocolId: string,
    { scope = {}, ground, writingHash }: OpenDisputeRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<DisputeView>> {
    const party = await this.office.party(call);
    await this.store.partiesFor(protocolId, party);
    await this.assertScope(protocolId, scope);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const { current } = stateAt(await this.store.history(protocolId, tx.manager), tx.now);
        if (current === null) {
          throw new DomainError('TRANSITION_ILLEGAL', 'Nobody disputes a protocol that was never in force');
        }
        const { version } = current;
        const { governingLaw } = applyDecisions(current.model, current.decisions).model;
        const { law = null, court = null, clause = null } = governingLaw ?? {};
        await tx.manager.insert(Dispute, {
          id,
          protocolId,
          version,
          openedBy: party,
          disclosureId: scope.disclosureId ?? null,
          subjectRef: scope.subjectRef ?? null,
          ground,
          law,
          court,
          clause,
          writingHash: writingHash ?? null,
          openedAt: new Date(tx.now),
        });
        await tx.append(disputeOpened, {
          subject: id,
          data: {
            disputeId: id,
            protocolId,
            version,
            byParty: party,
            scope: { ...scope, protocolId },
            ground,
            ...(law === null ? {} : { law }),
            ...(court === null ? {} : { court }),
            ...(clause === null ? {} : { clause }),
            ...(writingHash === undefined ? {} : { writingHash }),
            openedAt: formatInstant(tx.now),
          },
          context: call.context,
          protocolId,
          protocolVersion: version,
          ...(clause === null ? {} : { clause }),
        });
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getDisputes.one(protocolId, result['id'] as string, party),
    });
  }

  /** A dispute about what does not exist under the protocol would keep nothing, and nobody would notice. */
  private async assertScope(
    protocolId: string,
    { disclosureId, subjectRef }: NonNullable<OpenDisputeRequest['scope']>,
  ): Promise<void> {
    const disclosures = this.dataSource.getRepository(DisclosureFact);
    if (disclosureId !== undefined) {
      await this.versions.waitFor(disclosureId, 1, PATIENCE_MS);
      if (!(await disclosures.existsBy({ disclosureId, protocolId, ...(subjectRef ? { subjectRef } : {}) }))) {
        throw new DomainError('NOT_FOUND', `There is no disclosure ${disclosureId}`);
      }
    } else if (subjectRef !== undefined && !(await disclosures.existsBy({ subjectRef, protocolId }))) {
      throw new DomainError('NOT_FOUND', `There is no subject ${subjectRef}`);
    }
  }
}
