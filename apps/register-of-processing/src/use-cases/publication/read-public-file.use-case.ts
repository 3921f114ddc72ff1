import { Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import type { Resource } from '@convenant/platform';
import { ProtocolStore } from '../protocol-store.js';
import { pagePolicy, PublicFiles } from './public-files.js';

/** Seconds for which a browser may keep a file without asking. */
const KEPT_FOR = 3_600;

/** One public file, for anybody. */
@Injectable()
export class ReadPublicFile {
  constructor(
    private readonly store: ProtocolStore,
    private readonly files: PublicFiles,
  ) {}

  /** @throws DomainError NOT_FOUND, alike for what does not exist and what is not public */
  async execute(protocolId: string, version: number, name: string): Promise<Resource> {
    const history = await this.store.history(protocolId);
    const isPublic = await this.files.isPublic(protocolId, version, history);
    const file = isPublic && (await this.files.of(protocolId, version, history)).find((one) => one.name === name);
    if (!file) throw new DomainError('NOT_FOUND', `There is no public file ${name} of version ${version}`);
    const { bytes, mediaType, contentHash: hash } = file;
    const headers = {
      'cache-control': `public, max-age=${KEPT_FOR}`,
      'referrer-policy': 'no-referrer',
      ...(mediaType.startsWith('text/html') ? { 'content-security-policy': pagePolicy } : {}),
    };
    return { bytes, mediaType, hash, headers };
  }
}
