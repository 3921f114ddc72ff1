import { Inject, Injectable } from '@nestjs/common';
import type { RouteFallbacksView, RouteFallbackView } from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import { Outbox } from '@convenant/messaging';
import type { CallerIdentity } from '@convenant/platform';
import { Database } from '../../db/database.js';
import { Facts } from '../../db/facts.js';
import { type RouteFallbackRow, selectFallback, selectFallbacks } from '../../db/route.statements.js';
import { notFound, roleIn } from '../../domain/protocol-access.js';

/** Fallbacks of routes as both parties of the protocol see them. */
@Injectable()
export class RouteFallbacks {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Facts) private readonly facts: Facts,
  ) {}

  async view(id: string): Promise<RouteFallbackView> {
    const [row] = await this.database.query<RouteFallbackRow>(selectFallback(id));
    return viewOf(row!);
  }

  /** Newest first. @throws DomainError NOT_FOUND */
  async list(caller: CallerIdentity, protocolId: string): Promise<RouteFallbacksView> {
    return this.outbox.transaction([], async (tx) => {
      const protocol = await this.facts.protocol(tx, protocolId);
      if (!protocol || !roleIn(protocol.facts.parties, caller.party)) throw notFound('Protocol', protocolId);
      return { items: (await tx.query<RouteFallbackRow>(selectFallbacks(protocolId))).map(viewOf) };
    });
  }
}

function viewOf(row: RouteFallbackRow): RouteFallbackView {
  const { id, protocol_id: protocolId, route_id: route, of_route: of, reason, failures, clause } = row;
  return {
    ...{ id, protocolId, route, of, reason, failures, clause },
    ...(row.evidence_hash === null ? null : { evidenceHash: row.evidence_hash }),
    controllerOfTransfer: row.controller,
    state: row.ended_at === null ? 'active' : 'ended',
    activatedAt: formatInstant(row.activated_at.getTime()),
    ...(row.ended_at === null ? null : { endedAt: formatInstant(row.ended_at.getTime()) }),
  };
}
