import { Inject, Injectable } from '@nestjs/common';
import type { InboxPage } from '@convenant/contracts';
import type { CallerIdentity } from '@convenant/platform';
import { Database } from '../db/database.js';
import { type DisclosureRow, selectInbox } from '../db/disclosure.statements.js';
import { disclosureView } from '../domain/disclosure-view.js';

const DEFAULT_PAGE = 50;

/**
 * What was sent to the caller's own unit, newest first. A user who is not bound by professional secrecy does not see what
 * the protocol reserves for those who are.
 */
@Injectable()
export class ListInbox {
  constructor(@Inject(Database) private readonly database: Database) {}

  async execute(caller: CallerIdentity, page: { after?: string; limit?: number }): Promise<InboxPage> {
    if (!caller.party || !caller.unit) return { items: [] };
    const limit = page.limit ?? DEFAULT_PAGE;
    const rows = await this.database.query<DisclosureRow>(
      selectInbox(caller.party, caller.unit, caller.secrecy, caller.userRef, page.after ?? null, limit + 1),
    );
    const items = rows.slice(0, limit).map((row) => disclosureView(row, { forDpo: false, forRecipient: true }));
    return { items, ...(rows.length > limit ? { next: items.at(-1)!.id } : null) };
  }
}
