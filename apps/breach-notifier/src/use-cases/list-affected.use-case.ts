import { Inject, Injectable } from '@nestjs/common';
import { dateOf } from '@convenant/kernel';
import type { AffectedDisclosurePage, AffectedSubjectPage, BreachPageQuery } from '@convenant/contracts';
import { Database } from '../db/database.js';
import {
  selectAffected,
  selectAffectedSubjects,
  type AffectedRow,
  type AffectedSubjectRow,
} from '../db/ledger.statements.js';
import { subjectText } from '../domain/subject-text.js';
import { iso } from './command-call.js';
import { GetBreach } from './get-breach.use-case.js';
import { KnownLedger } from './known-ledger.js';
import { pageOf, pageSize } from './paging.js';

/**
 * What the latest phase of a breach affects, for the DPO of the breached party: the disclosures, and the persons with the
 * text to tell them. References only; the party itself knows whom they stand for.
 *
 * @see GDPR Art. 33(3)(a), 34
 */
@Injectable()
export class ListAffected {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(GetBreach) private readonly getBreach: GetBreach,
    @Inject(KnownLedger) private readonly ledger: KnownLedger,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async disclosures(id: string, party: string, query: BreachPageQuery): Promise<AffectedDisclosurePage> {
    const breach = await this.getBreach.row(id, party);
    const size = pageSize(query);
    const rows = await this.database.query<AffectedRow>(
      selectAffected(id, breach.phase, query.after ?? null, size + 1),
    );
    const { items, next } = pageOf(rows, size, (row) => row.disclosure_id);
    return {
      items: items.map((row) => ({
        disclosureId: row.disclosure_id,
        subjectRef: row.subject_ref,
        protocolId: row.protocol_id,
        counterparty: row.counterparty,
        items: row.items,
        ...erasedOf(row),
        recipientUnit: row.recipient_unit,
        authorizedAt: iso(row.authorized_at),
        ...(row.delivered_at === null ? {} : { deliveredAt: iso(row.delivered_at) }),
        ...(row.collected_at === null ? {} : { collectedAt: iso(row.collected_at) }),
      })),
      ...next,
    };
  }

  /** @throws DomainError NOT_FOUND */
  async subjects(id: string, party: string, query: BreachPageQuery): Promise<AffectedSubjectPage> {
    const breach = await this.getBreach.row(id, party);
    const size = pageSize(query);
    const rows = await this.database.query<AffectedSubjectRow>(
      selectAffectedSubjects(id, breach.phase, query.after ?? null, size + 1),
    );
    const { items, next } = pageOf(rows, size, (row) => row.subject_ref);
    const protocols = [...(await this.ledger.protocols(this.database, breach.scope.protocols)).values()];
    const controller = (await this.ledger.parties(this.database, [party])).get(party);
    const labels = new Map(protocols.flatMap(({ model }) => model.dataItems.map((item) => [item.id, item.label])));
    const text = subjectText({
      controller: controller?.name ?? party,
      contact: controller?.contacts.find(({ role }) => role === 'dpo')?.mailbox ?? null,
      nature: breach.nature,
      occurredOn: dateOf(breach.occurred_from.getTime()),
      items: breach.scope.items.map((item) => labels.get(item) ?? { nl: item, fr: item, en: item }),
    });
    return {
      items: items.map((row) => ({
        subjectRef: row.subject_ref,
        protocolId: row.protocol_id,
        items: row.items,
        ...erasedOf(row),
      })),
      ...next,
      text,
    };
  }
}

function erasedOf({ erased_items: erasedItems }: { erased_items: string[] }): { erasedItems?: string[] } {
  return erasedItems.length > 0 ? { erasedItems } : {};
}
