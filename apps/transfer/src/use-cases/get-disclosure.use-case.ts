import { Inject, Injectable } from '@nestjs/common';
import type { DisclosureView } from '@convenant/contracts';
import type { CallerIdentity } from '@convenant/platform';
import { Database } from '../db/database.js';
import { type DisclosureRow, selectDisclosure } from '../db/disclosure.statements.js';
import { selectProtocolParties } from '../db/fact.statements.js';
import { type OnwardRow, selectCorrectionsOfDisclosure, selectOnwardOf } from '../db/onward.statements.js';
import type { CorrectionRow } from '../db/quality.statements.js';
import { disclosureView, maySee } from '../domain/disclosure-view.js';
import { onwardView } from '../domain/onward-view.js';
import { notFound } from '../domain/protocol-access.js';

/** One disclosure as its sender and receiver may see it, without any value. Errors: NOT_FOUND. */
@Injectable()
export class GetDisclosure {
  constructor(@Inject(Database) private readonly database: Database) {}

  async execute(caller: CallerIdentity, id: string): Promise<DisclosureView> {
    const [row] = await this.database.query<DisclosureRow>(selectDisclosure(id));
    if (!row || !(maySee(row, caller.party) || (await this.isSourceOf(row, caller)))) throw notFound('Disclosure', id);
    const forRecipient = caller.party === row.recipient_party;
    const view = disclosureView(row, {
      forDpo: caller.roles.includes('dpo') && caller.party === row.requester_party,
      forRecipient,
    });
    const onward = forRecipient ? await this.onward(id) : [];
    return onward.length > 0 ? { ...view, onward } : view;
  }

  private async onward(id: string): Promise<NonNullable<DisclosureView['onward']>> {
    const rows = await this.database.query<OnwardRow>(selectOnwardOf(id));
    if (rows.length === 0) return [];
    const corrections = await this.database.query<CorrectionRow>(selectCorrectionsOfDisclosure(id));
    return rows.map((row) => onwardView(row, corrections));
  }

  /** Of a look-up the sending party is neither requester nor recipient: it sees what was permitted. */
  private async isSourceOf(row: DisclosureRow, { party }: CallerIdentity): Promise<boolean> {
    if (row.verdict !== 'permitted' || party === undefined) return false;
    const [parties] = await this.database.query<{ sender: string }>(selectProtocolParties(row.protocol_id));
    return parties?.sender === party;
  }
}
