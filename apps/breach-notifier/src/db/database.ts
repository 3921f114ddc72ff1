import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';

/** One prepared statement. The name makes the pooled client parse it once per connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/** Whatever runs a statement on one connection: a write transaction, or the pool. */
export interface Queries {
  query<R>(statement: Statement): Promise<R[]>;
}

/** Statements outside a write transaction, each a transaction of its own on any connection of the service's pool. */
@Injectable()
export class Database implements Queries {
  private readonly pool: pg.Pool;

  constructor(@Inject(DataSource) source: DataSource) {
    // TypeORM's own pool: its `query` passes no statement name and wraps what an UPDATE returns.
    this.pool = (source.driver as unknown as { master: pg.Pool }).master;
  }

  async query<R>(statement: Statement): Promise<R[]> {
    return (await this.pool.query({ ...statement })).rows as R[];
  }
}
