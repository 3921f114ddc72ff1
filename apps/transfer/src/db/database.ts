import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import type { Queries, Statement } from './statement.js';

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
