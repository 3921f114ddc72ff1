import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { dateOf } from '@convenant/kernel';
import { partyRoles, type PartyRole } from '@convenant/protocol';
import type { GovernanceFacts } from '../../domain/governance/governance-alerts.js';
import { listedProcessors } from '../../domain/governance/listed-processors.js';
import { roleOf, type PartyIds } from '../../domain/protocol-history.js';
import {
  Document,
  Evidence,
  EvidenceRequest,
  LawChange,
  Processor,
  ProcessorList,
  Publication,
} from '../../db/governance.entities.js';
import { canonicalHash } from '../hash-of-data.js';
import { Frameworks } from '../frameworks.js';
import { GovernanceOptions } from './governance-options.js';
import type { GovernedText } from './governed-protocol.js';

/** A protocol by whose governance it is. */
export interface GovernedParties extends PartyIds {
  readonly id: string;
  /** Of an accession. */
  readonly frameworkId: string | null;
}

/** Gathers what is known of the governance of a protocol in force, in one transaction. */
@Injectable()
export class ReadGovernanceFacts {
  constructor(
    private readonly options: GovernanceOptions,
    private readonly frameworks: Frameworks,
  ) {}

  /** @param now epoch milliseconds; processors are judged on its date in Brussels */
  async of(
    { id: protocolId, frameworkId, sender, receiver }: GovernedParties,
    { model, version, current }: GovernedText,
    manager: EntityManager,
    now: number,
  ): Promise<GovernanceFacts> {
    const onDate = dateOf(now);
    const role = (party: string): PartyRole => roleOf({ sender, receiver }, party)!;
    const { effectiveFrom, opinions } = current!;
    const documents = await manager.find(Document, { where: { protocolId }, select: { documentHash: true } });
    const publications = await manager.findBy(Publication, { protocolId, version });
    const processors = await manager.find(Processor, {
      where: { protocolId, endedAt: IsNull() },
      order: { id: 'ASC' },
    });
    const lists = await manager.find(ProcessorList, { where: { protocolId }, order: { listVersion: 'DESC' } });
    const lawChanges = await manager.findBy(LawChange, { protocolId, reviewedAt: IsNull() });
    const evidence = await manager.find(Evidence, { where: { protocolId }, order: { id: 'DESC' } });
    const requests = await manager.findBy(EvidenceRequest, { protocolId, deliveredAt: IsNull() });
    const byRole = <T>(make: (side: PartyRole) => T) =>
      Object.fromEntries(partyRoles.map((side) => [side, make(side)])) as Record<PartyRole, T>;
    const lastOf = (side: PartyRole) => lists.find(({ party }) => role(party) === side);
    const used = processors.map((processor) => ({ ...processor, party: role(processor.party) }));
    return {
      model,
      version,
      effectiveFrom,
      framework: await this.frameworks.factsOf(frameworkId, now, manager),
      opinions,
      documents: new Set(documents.map(({ documentHash }) => documentHash)),
      publications: publications.map(({ id, party, version: of, state: stands, lapsedAt }) => ({
        id,
        party: role(party),
        version: of,
        state: stands,
        lapsedAt: lapsedAt?.getTime() ?? null,
      })),
      host: this.options.host,
      processors: used,
      lists: Object.fromEntries(
        partyRoles.flatMap((side) => {
          const last = lastOf(side);
          if (last === undefined) return [];
          const { id, listHash, sharedAt, acknowledgedAt } = last;
          const shared = { id, listHash, sharedAt: sharedAt.getTime() };
          return [[side, { ...shared, acknowledgedAt: acknowledgedAt?.getTime() ?? null }]];
        }),
      ),
      registered: byRole((side) => {
        const own = processors.filter(({ party }) => role(party) === side);
        return { listHash: canonicalHash(listedProcessors(own, onDate)) };
      }),
      openLawChanges: lawChanges.map(({ id, party, reviewBy, clause }) => ({
        id,
        by: role(party),
        reviewBy: reviewBy.getTime(),
        clause,
      })),
      evidence: evidence.map(({ party, measure, validUntil }) => ({
        party: role(party),
        measure,
        validUntil: validUntil.getTime(),
      })),
      openRequests: requests.map(({ id, ofParty, answerBy, clause }) => ({
        id,
        of: role(ofParty),
        answerBy: answerBy.getTime(),
        clause,
      })),
    };
  }
}
