import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant } from '@convenant/kernel';
import type { PublicProtocolsView } from '@convenant/contracts';
import { publishedVersion } from '../../domain/publication/published-version.js';
import { titleOf } from '../../domain/protocol-view.js';
import { ProtocolStore } from '../protocol-store.js';
import { PublicFiles } from './public-files.js';

/** Protocols looked at for one page. */
const PAGE = 20;

/** Every protocol of the installation that is public, by version that was activated. */
@Injectable()
export class ListPublicProtocols {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
    private readonly files: PublicFiles,
  ) {}

  async execute(after: string | undefined): Promise<PublicProtocolsView> {
    const activated: { id: string; versions: number[] }[] = await this.dataSource.query(
      `SELECT protocol_id AS id, array_agg(DISTINCT (data ->> 'version')::integer) AS versions
         FROM protocol_event
        WHERE type = 'protocol.activated' AND ($1::uuid IS NULL OR protocol_id > $1)
        GROUP BY protocol_id ORDER BY protocol_id LIMIT $2`,
      [after ?? null, PAGE],
    );
    const items: PublicProtocolsView['items'] = [];
    for (const { id, version, history } of await this.versionsOf(activated)) {
      if (!(await this.files.isPublic(id, version, history))) continue;
      const { effective, effectiveFrom } = publishedVersion(id, version, history)!;
      const files = await this.files.of(id, version, history);
      items.push({
        protocolId: id,
        version,
        title: titleOf(effective).slice(0, 200),
        effectiveFrom: formatInstant(effectiveFrom),
        files: files.map((file) => this.files.viewOf(file)),
      });
    }
    return { items, ...(activated.length === PAGE ? { next: activated.at(-1)!.id } : {}) };
  }

  private async versionsOf(protocols: readonly { id: string; versions: number[] }[]) {
    const found = [];
    for (const { id, versions } of protocols) {
      const history = await this.store.history(id);
      for (const version of versions) found.push({ id, version, history });
    }
    return found;
  }
}
