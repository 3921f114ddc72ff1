import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, formatInstant } from '@convenant/kernel';
import type { EntryVersions, EntryView } from '@convenant/contracts';
import { erasedOfProtocol } from '../../db/entries.statements.js';
import { RegisterEntry, RegisterEntryVersion } from '../../db/register-entry.entity.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { ReadFlows } from './flows.reader.js';

type Caller = Pick<CommandCall, 'party' | 'roles' | 'userRef'>;

/** The register of one party: its own entries, and what ran under them. */
@Injectable()
export class GetEntries {
  constructor(
    private readonly dataSource: DataSource,
    private readonly office: ActingOffice,
    private readonly flows: ReadFlows,
  ) {}

  /** By protocol, the party's own entry before those of its processors. @throws DomainError FORBIDDEN */
  async list(caller: Caller): Promise<EntryView[]> {
    const party = await this.office.reader(caller);
    const rows = await this.dataSource.getRepository(RegisterEntry).find({
      where: { party },
      order: { protocolId: 'ASC', processor: { direction: 'ASC', nulls: 'FIRST' } },
    });
    const activities = new Map<string, EntryView['activity']>();
    for (const { protocolId, content } of rows) {
      if (!activities.has(protocolId)) activities.set(protocolId, await this.activity(protocolId, content.role));
    }
    return rows.map((row) => viewOf(row, activities.get(row.protocolId)!));
  }

  /** @throws DomainError NOT_FOUND (also for an entry of others), FORBIDDEN */
  async one(id: string, caller: Caller): Promise<EntryView> {
    const row = await this.known(id, caller);
    return viewOf(row, await this.activity(row.protocolId, row.content.role));
  }

  /** Newest first. @throws DomainError NOT_FOUND, FORBIDDEN */
  async versions(id: string, caller: Caller): Promise<EntryVersions> {
    await this.known(id, caller);
    const versions = await this.dataSource
      .getRepository(RegisterEntryVersion)
      .find({ where: { entryId: id }, order: { version: 'DESC' } });
    return {
      entryId: id,
      items: versions.map(({ version, contentHash, versionedAt, content }, index) => ({
        version,
        contentHash,
        ...(versions[index + 1] === undefined ? {} : { supersedes: versions[index + 1]!.contentHash }),
        versionedAt: formatInstant(versionedAt.getTime()),
        content,
      })),
    };
  }

  private async known(id: string, caller: Caller): Promise<RegisterEntry> {
    const party = await this.office.reader(caller);
    const row = await this.dataSource.getRepository(RegisterEntry).findOneBy({ id, party });
    if (row === null) throw new DomainError('NOT_FOUND', `There is no register entry ${id}`);
    return row;
  }

  /** What became of values at the receiver is no business of the sender. */
  private async activity(protocolId: string, role: 'sender' | 'receiver'): Promise<EntryView['activity']> {
    const flows = await this.flows.of(protocolId);
    const distinct = (values: (string | null)[]) => [...new Set(values.filter((value) => value !== null))].sort();
    const erased = role === 'receiver' ? await this.dataSource.query(erasedOfProtocol.text, [protocolId]) : null;
    return {
      disclosures: flows.reduce((sum, { disclosures }) => sum + disclosures, 0),
      ...(flows.length === 0
        ? {}
        : {
            firstAt: formatInstant(Math.min(...flows.map(({ firstAt }) => firstAt))),
            lastAt: formatInstant(Math.max(...flows.map(({ lastAt }) => lastAt))),
          }),
      recipients: distinct(flows.map(({ category }) => category)),
      routes: distinct(flows.map(({ route }) => route)),
      ...(erased === null ? {} : { erased: erased[0].erased as number }),
    };
  }
}

function viewOf(row: RegisterEntry, activity: EntryView['activity']): EntryView {
  const { id, protocolId, party, version, contentHash, versionedAt, content, mismatches } = row;
  return {
    id,
    protocolId,
    party,
    side: content.side,
    version,
    contentHash,
    versionedAt: formatInstant(versionedAt.getTime()),
    content,
    mismatches,
    activity,
  };
}
