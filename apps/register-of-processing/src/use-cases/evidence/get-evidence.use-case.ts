import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, formatInstant, type Clock } from '@convenant/kernel';
import type { EvidenceRequestsView, EvidenceRequestView, EvidencesView, EvidenceView } from '@convenant/contracts';
import { CLOCK } from '@convenant/platform';
import { Evidence, EvidenceRequest } from '../../db/governance.entities.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';

/** Most records that one answer shows. */
const SHOWN = 500;

/** Evidence of the measures of a protocol, and the requests for it, for both parties. */
@Injectable()
export class GetEvidence {
  constructor(
    private readonly dataSource: DataSource,
    private readonly governed: GovernedProtocol,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first. @throws DomainError NOT_FOUND */
  async all(protocolId: string, party: string | null): Promise<EvidencesView> {
    await this.governed.sides(protocolId, party);
    const order = { id: 'DESC' } as const;
    const found = await this.dataSource.getRepository(Evidence).find({ where: { protocolId }, order, take: SHOWN });
    const last = new Set<string>();
    return {
      items: found.map((evidence) => {
        const { id, party: by, measure, clause, documentHash, asOf, validUntil, recordedAt } = evidence;
        const isLast = !last.has(`${by} ${measure}`);
        last.add(`${by} ${measure}`);
        const stale = this.clock.now() >= validUntil.getTime();
        return {
          id,
          protocolId,
          party: by,
          measure,
          clause,
          documentHash,
          asOf,
          validUntil: formatInstant(validUntil.getTime()),
          state: !isLast ? 'replaced' : stale ? 'stale' : 'current',
          recordedAt: formatInstant(recordedAt.getTime()),
        };
      }),
    };
  }

  /** @throws DomainError NOT_FOUND */
  async one(protocolId: string, id: string, party: string | null): Promise<EvidenceView> {
    const found = (await this.all(protocolId, party)).items.find((evidence) => evidence.id === id);
    if (found === undefined) throw new DomainError('NOT_FOUND', `There is no evidence ${id}`);
    return found;
  }

  /** Open ones first. @throws DomainError NOT_FOUND */
  async requests(protocolId: string, party: string | null): Promise<EvidenceRequestsView> {
    await this.governed.sides(protocolId, party);
    const order = { deliveredAt: { direction: 'DESC', nulls: 'FIRST' }, id: 'DESC' } as const;
    const found = await this.dataSource
      .getRepository(EvidenceRequest)
      .find({ where: { protocolId }, order, take: SHOWN });
    return { items: found.map((request) => this.requestView(request)) };
  }

  /** @throws DomainError NOT_FOUND */
  async request(protocolId: string, id: string, party: string | null): Promise<EvidenceRequestView> {
    await this.governed.sides(protocolId, party);
    const found = await this.dataSource.getRepository(EvidenceRequest).findOneBy({ id, protocolId });
    if (found === null) throw new DomainError('NOT_FOUND', `There is no request ${id}`);
    return this.requestView(found);
  }

  private requestView(request: EvidenceRequest): EvidenceRequestView {
    const { id, protocolId, party, ofParty, measures, clause, requestedAt, answerBy, evidence, deliveredAt } = request;
    const overdue = this.clock.now() >= answerBy.getTime();
    return {
      id,
      protocolId,
      party,
      ofParty,
      measures,
      ...(clause === null ? {} : { clause }),
      state: deliveredAt !== null ? 'delivered' : overdue ? 'overdue' : 'open',
      requestedAt: formatInstant(requestedAt.getTime()),
      answerBy: formatInstant(answerBy.getTime()),
      ...(deliveredAt === null
        ? {}
        : {
            delivery: {
              evidence: evidence!,
              deliveredAt: formatInstant(deliveredAt.getTime()),
              ...answerTime(request, deliveredAt),
            },
          }),
    };
  }
}

/** How long an answer took, and whether it was late. */
export function answerTime(
  { requestedAt, answerBy }: Pick<EvidenceRequest, 'requestedAt' | 'answerBy'>,
  deliveredAt: Date,
): { answeredWithinSeconds: number; late: boolean } {
  return {
    answeredWithinSeconds: Math.max(0, Math.round((deliveredAt.getTime() - requestedAt.getTime()) / 1_000)),
    late: deliveredAt >= answerBy,
  };
}
