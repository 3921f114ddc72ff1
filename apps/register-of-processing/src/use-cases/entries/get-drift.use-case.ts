import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { addPeriod, formatInstant, type Clock } from '@convenant/kernel';
import type { DriftView, EntryContent } from '@convenant/contracts';
import { CLOCK } from '@convenant/messaging';
import { Protocol } from '../../db/protocol.entity.js';
import { RegisterEntry } from '../../db/register-entry.entity.js';
import { driftOf, longestKeeping, type DriftFacts } from '../../domain/entries/drift.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { ReadFlows } from './flows.reader.js';

const IDLE_DAYS = 30;

/** Where the register of a party and reality part, over all its protocols, as they stand now. */
@Injectable()
export class GetDrift {
  constructor(
    private readonly dataSource: DataSource,
    private readonly office: ActingOffice,
    private readonly flows: ReadFlows,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError FORBIDDEN */
  async execute(
    caller: Pick<CommandCall, 'party' | 'roles' | 'userRef'>,
    idleDays: number = IDLE_DAYS,
  ): Promise<DriftView> {
    const party = await this.office.reader(caller);
    const now = this.clock.now();
    const protocols = await this.dataSource
      .getRepository(Protocol)
      .find({ where: [{ sender: party }, { receiver: party }], order: { id: 'ASC' } });
    const items: DriftView['items'] = [];
    for (const { id } of protocols) items.push(...driftOf(await this.facts(id, party, now), now, idleDays));
    return { asOf: formatInstant(now), items };
  }

  private async facts(protocolId: string, party: string, now: number): Promise<DriftFacts> {
    const rows = await this.dataSource.getRepository(RegisterEntry).findBy({ protocolId, party });
    const entry = rows.find(({ processor }) => processor === null) ?? null;
    const flows = await this.flows.of(protocolId);
    if (entry === null) return { protocolId, entry, mismatches: [], flows, outsideTerm: null, keptTooLong: null };
    const { id, content, mismatches } = entry;
    const outsideTerm = await this.flows.outsideTerm(protocolId, content.effectiveFrom, content.endsAt);
    return {
      protocolId,
      entry: { id, content },
      mismatches,
      flows,
      outsideTerm,
      keptTooLong: await this.keptTooLong(protocolId, content, now),
    };
  }

  private async keptTooLong(
    protocolId: string,
    content: EntryContent,
    now: number,
  ): Promise<DriftFacts['keptTooLong']> {
    const longest = content.role === 'receiver' ? longestKeeping(content) : null;
    if (longest === null) return null;
    const kept = await this.flows.kept(protocolId, addPeriod(now, `-${longest}`));
    return kept && { disclosures: kept.disclosures, since: addPeriod(kept.since, longest) };
  }
}
