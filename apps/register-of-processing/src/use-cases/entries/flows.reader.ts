import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { disclosedOutsideTerm, flowsOfProtocol, keptSince } from '../../db/entries.statements.js';
import type { DriftFacts, Flow } from '../../domain/entries/drift.js';

type Row = Omit<Flow, 'firstAt' | 'lastAt'> & { firstAt: Date; lastAt: Date };
type Counted = DriftFacts['outsideTerm'];

/** What ran, from what transfer told. */
@Injectable()
export class ReadFlows {
  constructor(private readonly dataSource: DataSource) {}

  async of(protocolId: string): Promise<Flow[]> {
    const rows: Row[] = await this.dataSource.query(flowsOfProtocol.text, [protocolId]);
    return rows.map((row) => ({ ...row, firstAt: row.firstAt.getTime(), lastAt: row.lastAt.getTime() }));
  }

  /** @param endsAt RFC 3339; without one the protocol goes on */
  outsideTerm(protocolId: string, effectiveFrom: string, endsAt: string | undefined): Promise<Counted> {
    return this.count(disclosedOutsideTerm.text, [protocolId, effectiveFrom, endsAt ?? 'infinity']);
  }

  /** What arrived before `at` (epoch milliseconds) and is not erased; since when the first of it is here. */
  kept(protocolId: string, at: number): Promise<Counted> {
    return this.count(keptSince.text, [protocolId, new Date(at)]);
  }

  private async count(text: string, values: unknown[]): Promise<Counted> {
    const [row]: { disclosures: number; since: Date | null }[] = await this.dataSource.query(text, values);
    const { disclosures, since } = row!;
    return since === null ? null : { disclosures, since: since.getTime() };
  }
}
