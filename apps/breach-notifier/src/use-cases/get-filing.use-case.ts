import { Inject, Injectable } from '@nestjs/common';
import type { FilingView } from '@convenant/contracts';
import { Database } from '../db/database.js';
import { selectFiling, type FilingRow } from '../db/filing.statements.js';
import { iso, notFound } from './command-call.js';
import { GetBreach } from './get-breach.use-case.js';

/** A prepared document, and what the authority answered to the party that filed it. */
@Injectable()
export class GetFiling {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(GetBreach) private readonly getBreach: GetBreach,
  ) {}

  /** @throws DomainError NOT_FOUND, also for what belongs to another party */
  async execute(breachId: string, filingId: string, party: string): Promise<FilingView> {
    await this.getBreach.row(breachId, party);
    const [row] = await this.database.query<FilingRow>(selectFiling(filingId, breachId));
    if (row === undefined) throw notFound('filing', filingId);
    const { receipt_code: receiptCode, filed_at: filedAt, within_deadline: withinDeadline } = row;
    return {
      id: row.id,
      breachId,
      phase: row.phase,
      authority: row.authority,
      language: row.language,
      state: filedAt === null ? 'prepared' : 'recorded',
      document: row.document,
      documentHash: row.document_hash,
      preparedAt: iso(row.prepared_at),
      ...(filedAt === null ? {} : { filedAt: iso(filedAt) }),
      ...(receiptCode === null ? {} : { receiptCode }),
      ...(withinDeadline === null ? {} : { withinDeadline }),
    };
  }
}
