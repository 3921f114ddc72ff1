import { Inject, Injectable } from '@nestjs/common';
import type { BreachView } from '@convenant/contracts';
import { selectBreach, type BreachRow } from '../db/breach.statements.js';
import { Database } from '../db/database.js';
import { BreachViews } from './breach-views.js';
import { notFound } from './command-call.js';

/** One breach as it stands, for the party that it belongs to. */
@Injectable()
export class GetBreach {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BreachViews) private readonly views: BreachViews,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a breach of another party */
  async execute(id: string, party: string): Promise<BreachView> {
    return (await this.views.of([await this.row(id, party)]))[0]!;
  }

  /** @throws DomainError NOT_FOUND, also for a breach of another party */
  async row(id: string, party: string): Promise<BreachRow> {
    const [row] = await this.database.query<BreachRow>(selectBreach(id, party));
    if (row === undefined) throw notFound('breach', id);
    return row;
  }
}
