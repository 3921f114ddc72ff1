import { Inject, Injectable } from '@nestjs/common';
import type { BreachPage, BreachPageQuery } from '@convenant/contracts';
import { selectBreaches, type BreachRow } from '../db/breach.statements.js';
import { Database } from '../db/database.js';
import { BreachViews } from './breach-views.js';
import { pageOf, pageSize } from './paging.js';

/** The register of every breach of a party, dismissed and closed ones too, oldest first. @see GDPR Art. 33(5) */
@Injectable()
export class ListBreaches {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BreachViews) private readonly views: BreachViews,
  ) {}

  async execute(party: string, query: BreachPageQuery): Promise<BreachPage> {
    const size = pageSize(query);
    const rows = await this.database.query<BreachRow>(selectBreaches(party, query.after ?? null, size + 1));
    const { items, next } = pageOf(rows, size, ({ id }) => id);
    return { items: await this.views.of(items), ...next };
  }
}
