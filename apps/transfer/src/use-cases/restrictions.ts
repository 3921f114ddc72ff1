import { Inject, Injectable } from '@nestjs/common';
import type { RestrictionsPage, RestrictionsQuery, RestrictionView } from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import { Outbox, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity } from '@convenant/platform';
import { Database } from '../db/database.js';
import { Facts } from '../db/facts.js';
import {
  type RestrictionNoticeRow,
  selectNotices,
  selectRestrictions,
  selectStop,
  type SubjectStopRow,
} from '../db/subject-stop.statements.js';
import { notFound, roleIn } from '../domain/protocol-access.js';

const DEFAULT_PAGE = 50;

/** Restrictions with whom was told of them, for both parties of their protocol: for anyone else there are none. */
@Injectable()
export class Restrictions {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Facts) private readonly facts: Facts,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async find(tx: WriteTransaction, id: string, party: string | undefined): Promise<SubjectStopRow> {
    const [row] = await tx.query<SubjectStopRow>(selectStop(id));
    const protocol = row?.kind === 'restriction' ? await this.facts.protocol(tx, row.protocol_id) : null;
    if (!row || !protocol || !roleIn(protocol.facts.parties, party)) throw notFound('Restriction', id);
    return row;
  }

  /** @throws DomainError NOT_FOUND */
  async get(caller: CallerIdentity, id: string): Promise<RestrictionView> {
    return this.outbox.transaction([], async (tx) => {
      const row = await this.find(tx, id, caller.party);
      return restrictionView(row, await tx.query<RestrictionNoticeRow>(selectNotices([id])));
    });
  }

  async list(
    caller: CallerIdentity,
    { state, after, limit = DEFAULT_PAGE }: RestrictionsQuery,
  ): Promise<RestrictionsPage> {
    if (!caller.party) return { items: [] };
    const found = await this.database.query<SubjectStopRow>(
      selectRestrictions(caller.party, state ?? null, after ?? null, limit + 1),
    );
    const rows = found.slice(0, limit);
    const notices = await this.database.query<RestrictionNoticeRow>(selectNotices(rows.map(({ id }) => id)));
    const items = rows.map((row) =>
      restrictionView(
        row,
        notices.filter(({ restriction_id }) => restriction_id === row.id),
      ),
    );
    return { items, ...(found.length > limit ? { next: rows.at(-1)!.id } : null) };
  }
}

function restrictionView(row: SubjectStopRow, notices: readonly RestrictionNoticeRow[]): RestrictionView {
  return {
    id: row.id,
    protocolId: row.protocol_id,
    subjectRef: row.subject_ref,
    party: row.party,
    ground: row.ground!,
    state: row.lifted_at ? 'lifted' : row.applied_at ? 'applied' : 'enforcing',
    ...(row.applied_at ? { appliedAt: formatInstant(row.applied_at.getTime()) } : null),
    ...(row.lifted_at ? { liftedAt: formatInstant(row.lifted_at.getTime()), reason: row.lift_reason! } : null),
    notices: notices.map(({ told, recipient_party: party, recipient_unit: unit, items, told_at, acknowledged_at }) => ({
      told,
      recipient: { party, unit },
      items,
      state: acknowledged_at ? 'acknowledged' : 'open',
      toldAt: formatInstant(told_at.getTime()),
      ...(acknowledged_at ? { acknowledgedAt: formatInstant(acknowledged_at.getTime()) } : null),
    })),
  };
}
