import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, Not } from 'typeorm';
import type { PublicProtocolsView } from '@convenant/contracts';
import { pageLanguages } from '../../domain/publication/page-texts.js';
import { pageStyle } from '../../domain/publication/page-style.js';
import { publicJson } from '../../domain/publication/public-json.js';
import { contentPolicy, fileOf, publicPage } from '../../domain/publication/public-page.js';
import { publishedVersion } from '../../domain/publication/published-version.js';
import type { HistoryEntry } from '../../domain/protocol-history.js';
import { Publication, PublicationFile } from '../../db/governance.entities.js';

type FileView = PublicProtocolsView['items'][number]['files'][number];

const styleHash = createHash('sha256').update(pageStyle, 'utf8').digest('base64');

/** What a browser is told about a public page: as the page says itself, and that no other page may frame it. */
export const pagePolicy = `${contentPolicy(styleHash)}; frame-ancestors 'none'`;

/**
 * The public files of a version: a page in each language and the machine-readable file. They are made once and kept, so that
 * a later program that would write them otherwise still gives the bytes that the parties published.
 */
@Injectable()
export class PublicFiles {
  constructor(private readonly dataSource: DataSource) {}

  /** Ordered by name; none for a version that never came into force. */
  async of(protocolId: string, version: number, history: readonly HistoryEntry[]): Promise<PublicationFile[]> {
    const files = this.dataSource.getRepository(PublicationFile);
    const find = () => files.find({ where: { protocolId, version }, order: { name: 'ASC' } });
    const kept = await find();
    if (kept.length > 0) return kept;
    const published = publishedVersion(protocolId, version, history);
    if (published === null) return [];
    const file = (name: string, mediaType: string, text: string) => {
      const bytes = Buffer.from(text, 'utf8');
      const contentHash = createHash('sha256').update(bytes).digest('hex');
      return { protocolId, version, name, mediaType, contentHash, bytes };
    };
    const made = [
      ...pageLanguages.map((language) =>
        file(fileOf(language), 'text/html; charset=utf-8', publicPage(published, language, styleHash)),
      ),
      file('protocol.json', 'application/json', publicJson(published)),
    ];
    // Another process may make them at the same moment: those that are kept first count.
    await files.createQueryBuilder().insert().values(made).orIgnore().execute();
    return find();
  }

  /** Whether anybody may read the files: the text promises it, or a party has said where it publishes them. */
  async isPublic(protocolId: string, version: number, history: readonly HistoryEntry[]): Promise<boolean> {
    const published = publishedVersion(protocolId, version, history);
    if (published === null) return false;
    if (published.effective.publication !== null) return true;
    return this.dataSource.getRepository(Publication).existsBy({ protocolId, version, state: Not('replaced') });
  }

  viewOf({ protocolId, version, name, mediaType, contentHash, bytes }: PublicationFile): FileView {
    const path = `/register/v1/publications/${protocolId}/${version}/${name}`;
    return { name, mediaType, contentHash, bytes: bytes.length, path };
  }
}
