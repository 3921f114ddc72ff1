import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan, LessThanOrEqual, type EntityManager } from 'typeorm';
import { DomainError, type Clock } from '@convenant/kernel';
import type { RightsRequestsPage, RightsRequestsQuery, RightsRequestView } from '@convenant/contracts';
import { CLOCK, InboxVersions } from '@convenant/messaging';
import type { RightsFault } from '@convenant/protocol';
import { DisclosureFact } from '../db/disclosure-fact.entity.js';
import { SubjectFact } from '../db/rights-facts.entity.js';
import { RightsRequest } from '../db/rights-request.entity.js';
import { rightsRequestView } from '../domain/rights-view.js';
import { ProtocolStore } from './protocol-store.js';

const DEFAULT_PAGE = 50;
/** How long a request waits for a person whom its caller has just registered, in real milliseconds. */
const PATIENCE_MS = 2_000;

/** Requests of data subjects, for the party that received them: for everybody else, the counterparty too, there are none. */
@Injectable()
export class RightsRequests {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
    private readonly versions: InboxVersions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async one(
    id: string,
    party: string | null,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<RightsRequest> {
    const request = party === null ? null : await manager.findOneBy(RightsRequest, { id, party });
    if (request === null) throw new DomainError('NOT_FOUND', `There is no rights request ${id}`);
    return request;
  }

  async view(id: string, party: string | null): Promise<RightsRequestView> {
    const request = await this.one(id, party);
    return rightsRequestView(request, await this.isIdentifiable(request.subjectRef), this.clock.now());
  }

  async list(
    party: string | null,
    { state, after, limit = DEFAULT_PAGE }: RightsRequestsQuery,
  ): Promise<RightsRequestsPage> {
    if (party === null) return { items: [] };
    const now = this.clock.now();
    const found = await this.dataSource.getRepository(RightsRequest).find({
      where: {
        party,
        ...(state === undefined ? {} : { state: 'open' as const }),
        ...(state === 'overdue' ? { cautiousDueAt: LessThanOrEqual(new Date(now)) } : {}),
        ...(after === undefined ? {} : { id: LessThan(after) }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const shown = found.slice(0, limit);
    const items: RightsRequestView[] = [];
    for (const request of shown) {
      items.push(rightsRequestView(request, await this.isIdentifiable(request.subjectRef), now));
    }
    return { items, ...(found.length > limit ? { next: shown.at(-1)!.id } : {}) };
  }

  /** Whether a reference still leads to a person. */
  async isIdentifiable(subjectRef: string | null, manager: EntityManager = this.dataSource.manager): Promise<boolean> {
    if (subjectRef === null) return false;
    const known = await manager.findOneBy(SubjectFact, { subjectRef });
    return known === null ? manager.existsBy(DisclosureFact, { subjectRef }) : known.mappingErasedAt === null;
  }

  /**
   * Guarantees that the party may speak of this person under the protocol: the sender of those it registered, the receiver
   * of those about whom something was disclosed to it.
   * @throws DomainError NOT_FOUND
   */
  async assertConcerns(protocolId: string, subjectRef: string, party: string): Promise<void> {
    const { receiver } = await this.store.partiesFor(protocolId, party);
    await this.versions.waitFor(subjectRef, 1, PATIENCE_MS);
    const { manager } = this.dataSource;
    const disclosed = await manager.existsBy(DisclosureFact, { subjectRef, protocolId });
    const registered = party !== receiver && (await manager.existsBy(SubjectFact, { subjectRef, protocolId }));
    if (!disclosed && !registered) throw new DomainError('NOT_FOUND', `There is no subject ${subjectRef}`);
  }
}

/** Refuses a step that the law does not allow. @throws DomainError by the fault's code */
export function assertLawful(id: string, fault: RightsFault | null): void {
  if (fault === null) return;
  const { code, detail, field } = fault;
  if (field === undefined) throw new DomainError(code, `Rights request ${id}: ${detail}`);
  throw new DomainError(code, `Rights request ${id} does not allow this step`, {
    faults: [{ in: 'body', name: field, detail }],
  });
}
