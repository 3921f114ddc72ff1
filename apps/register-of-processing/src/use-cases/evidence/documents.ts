import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError, formatInstant } from '@convenant/kernel';
import type { DocumentsView, DocumentView } from '@convenant/contracts';
import type { Resource } from '@convenant/platform';
import { Document, Evidence, LawChange, Processor } from '../../db/governance.entities.js';
import { ProtocolStore } from '../protocol-store.js';

/** Most documents that one answer shows. */
const SHOWN = 500;

const endings: Record<string, string> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'text/plain': 'txt',
};

/** Documents of the parties of a protocol, by their hash, for both of them. */
@Injectable()
export class Documents {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
  ) {}

  /** Newest first. @throws DomainError NOT_FOUND */
  async all(protocolId: string, party: string | null): Promise<DocumentsView> {
    await this.store.partiesFor(protocolId, party);
    const order = { uploadedAt: 'DESC', documentHash: 'ASC' } as const;
    const found = await this.dataSource.getRepository(Document).find({ where: { protocolId }, order, take: SHOWN });
    const sizes = await this.sizes(protocolId);
    const uses = await this.uses(protocolId);
    const missing = [...uses].filter(([hash]) => !sizes.has(hash)).slice(0, SHOWN);
    return {
      missing: missing.map(([documentHash, of]) => ({ documentHash, uses: of })),
      items: found.map(({ documentHash, party: owner, title, mediaType, uploadedAt }) => ({
        documentHash,
        protocolId,
        party: owner,
        title,
        mediaType,
        bytes: sizes.get(documentHash)!,
        uploadedAt: formatInstant(uploadedAt.getTime()),
        uses: uses.get(documentHash) ?? [],
      })),
    };
  }

  async one(protocolId: string, documentHash: string, party: string | null): Promise<DocumentView> {
    const found = (await this.all(protocolId, party)).items.find((document) => document.documentHash === documentHash);
    if (found === undefined) throw unknown(documentHash);
    return found;
  }

  /** The bytes, to be saved and never shown under this origin. @throws DomainError NOT_FOUND */
  async download(protocolId: string, documentHash: string, party: string | null): Promise<Resource> {
    await this.store.partiesFor(protocolId, party);
    const document = await this.dataSource
      .getRepository(Document)
      .createQueryBuilder('document')
      .addSelect('document.bytes')
      .where({ protocolId, documentHash })
      .getOne();
    if (document === null) throw unknown(documentHash);
    const { bytes, mediaType } = document;
    const saveAs = `${documentHash.slice(0, 16)}.${endings[mediaType]}`;
    return {
      bytes,
      mediaType,
      hash: documentHash,
      saveAs,
      headers: { 'content-security-policy': "sandbox; default-src 'none'" },
    };
  }

  /** @throws DomainError INPUT_INVALID for a document that is not kept under this protocol */
  async assertKept(protocolId: string, documentHash: string, manager: EntityManager): Promise<void> {
    if (await manager.existsBy(Document, { protocolId, documentHash })) return;
    throw new DomainError('INPUT_INVALID', 'The document is not kept under this protocol', {
      faults: [
        { in: 'body', name: '/documentHash', detail: 'must be the hash of a document that was uploaded before' },
      ],
    });
  }

  private async sizes(protocolId: string): Promise<Map<string, number>> {
    const rows: { hash: string; size: number }[] = await this.dataSource.query(
      'SELECT document_hash AS hash, octet_length(bytes) AS size FROM document WHERE protocol_id = $1',
      [protocolId],
    );
    return new Map(rows.map(({ hash, size }) => [hash, size]));
  }

  private async uses(protocolId: string): Promise<Map<string, DocumentView['uses']>> {
    const uses = new Map<string, DocumentView['uses']>();
    const add = (hash: string | null | undefined, kind: DocumentView['uses'][number]['kind'], id: string) => {
      if (hash) uses.set(hash, [...(uses.get(hash) ?? []), { kind, id }]);
    };
    for (const { event, factId } of await this.store.history(protocolId)) {
      if (event.type !== 'protocol.opinion.recorded') continue;
      add(event.data.opinionHash, 'opinion', factId!);
      add(event.data.reasonsHash, 'reasons', factId!);
    }
    const { manager } = this.dataSource;
    for (const { id, documentHash } of await manager.findBy(Evidence, { protocolId }))
      add(documentHash, 'evidence', id);
    for (const { id, particulars } of await manager.findBy(Processor, { protocolId })) {
      add(particulars.contract?.documentHash, 'contract', id);
    }
    for (const { id, documentHash, reviewDocumentHash } of await manager.findBy(LawChange, { protocolId })) {
      add(documentHash, 'lawChange', id);
      if (reviewDocumentHash !== documentHash) add(reviewDocumentHash, 'lawChange', id);
    }
    return uses;
  }
}

function unknown(documentHash: string): DomainError {
  return new DomainError('NOT_FOUND', `There is no document ${documentHash}`);
}
