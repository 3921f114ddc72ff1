import { Inject, Injectable } from '@nestjs/common';
import type { DisclosureView } from '@convenant/contracts';
import type { CallerIdentity } from '@convenant/platform';
import { Database } from '../db/database.js';
import { type DisclosureRow, selectDisclosure } from '../db/disclosure.statements.js';
import { selectProtocolParties } from '../db/fact.statements.js';
import { disclosureView, maySee } from '../domain/disclosure-view.js';
import { notFound } from '../domain/protocol-access.js';

/** One disclosure as its sender and receiver may see it, without any value. Errors: NOT_FOUND. */
@Injectable()
export class GetDisclosure {
  constructor(@Inject(Database) private readonly database: Database) {}

  async execute(caller: CallerIdentity, id: string): Promise<DisclosureView> {
    const [row] = await this.database.query<DisclosureRow>(selectDisclosure(id));
    if (!row || !(maySee(row, caller.party) || (await this.isSourceOf(row, caller)))) throw notFound('Disclosure', id);
    return disclosureView(row, {
      forDpo: caller.roles.includes('dpo') && caller.party === row.requester_party,
      forRecipient: caller.party === row.recipient_party,
    });
  }

  /** Of a look-up the sending party is neither requester nor recipient: it sees what was permitted. */
  private async isSourceOf(row: DisclosureRow, { party }: CallerIdentity): Promise<boolean> {
    if (row.verdict !== 'permitted' || party === undefined) return false;
    const [parties] = await this.database.query<{ sender: string }>(selectProtocolParties(row.protocol_id));
    return parties?.sender === party;
  }
}
