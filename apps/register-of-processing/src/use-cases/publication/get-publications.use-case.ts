import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, formatInstant } from '@convenant/kernel';
import type { PublicationsView, PublicationView } from '@convenant/contracts';
import { Publication } from '../../db/governance.entities.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { ProtocolStore } from '../protocol-store.js';
import { PublicFiles } from './public-files.js';

/** Where a protocol is published, for its two parties. */
@Injectable()
export class GetPublications {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
    private readonly governed: GovernedProtocol,
    private readonly files: PublicFiles,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a publication of another protocol */
  async one(protocolId: string, id: string, party: string | null): Promise<PublicationView> {
    await this.store.partiesFor(protocolId, party);
    const publication = await this.dataSource.getRepository(Publication).findOneBy({ id, protocolId });
    if (publication === null) throw new DomainError('NOT_FOUND', `There is no publication ${id}`);
    return viewOf(publication);
  }

  /** Newest first. Before the protocol comes into force there are no files. @throws DomainError NOT_FOUND */
  async all(protocolId: string, party: string | null): Promise<PublicationsView> {
    await this.store.partiesFor(protocolId, party);
    const history = await this.store.history(protocolId);
    const { version, model } = await this.governed.text(protocolId);
    const files = await this.files.of(protocolId, version, history);
    const items = await this.dataSource
      .getRepository(Publication)
      .find({ where: { protocolId }, order: { id: 'DESC' } });
    return {
      protocolId,
      version,
      public: await this.files.isPublic(protocolId, version, history),
      ...(model.publication === null ? {} : { clause: model.publication.clause }),
      files: files.map((file) => this.files.viewOf(file)),
      items: items.map(viewOf),
    };
  }
}

function viewOf(publication: Publication): PublicationView {
  const { id, protocolId, version, party, url, state, file, contentHash, cause } = publication;
  const { observedAt, lastCheckedAt, nextCheckAt, recordedAt } = publication;
  return {
    id,
    protocolId,
    version,
    party,
    url,
    state,
    ...(file === null ? {} : { file }),
    ...(contentHash === null ? {} : { contentHash }),
    ...(observedAt === null ? {} : { observedAt: formatInstant(observedAt.getTime()) }),
    ...(lastCheckedAt === null ? {} : { lastCheckedAt: formatInstant(lastCheckedAt.getTime()) }),
    ...(cause === null ? {} : { cause }),
    ...(nextCheckAt === null ? {} : { nextCheckAt: formatInstant(nextCheckAt.getTime()) }),
    recordedAt: formatInstant(recordedAt.getTime()),
  };
}
