import { Inject, Injectable } from '@nestjs/common';
import type { FrequencyQuery, FrequencyReportView } from '@convenant/contracts';
import { DomainError } from '@convenant/kernel';
import type { CallerIdentity } from '@convenant/platform';
import { Database } from '../../db/database.js';
import { selectProtocolParties } from '../../db/fact.statements.js';
import { type FrequencyRow, selectFrequency } from '../../db/onward.statements.js';
import { frequencyItems } from '../../domain/frequency.js';
import { notFound, roleIn } from '../../domain/protocol-access.js';

/**
 * How often disclosures were requested under a protocol, from the ledger, for both parties: counts, without a reference of
 * anybody. Errors: NOT_FOUND, INPUT_INVALID (an interval that is empty).
 */
@Injectable()
export class ReportFrequency {
  constructor(@Inject(Database) private readonly database: Database) {}

  async execute(caller: CallerIdentity, { protocolId, from, to }: FrequencyQuery): Promise<FrequencyReportView> {
    const [parties] = await this.database.query<{ sender: string; receiver: string }>(
      selectProtocolParties(protocolId),
    );
    if (!parties || !roleIn(parties, caller.party)) throw notFound('Protocol', protocolId);
    if (to < from) {
      throw new DomainError('INPUT_INVALID', 'The interval is empty', {
        faults: [{ in: 'query', name: 'to', detail: 'must not lie before from' }],
      });
    }
    const rows = await this.database.query<FrequencyRow>(selectFrequency(protocolId, from, to));
    return { protocolId, from, to, items: frequencyItems(rows) };
  }
}
