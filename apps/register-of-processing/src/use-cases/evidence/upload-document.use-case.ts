import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import { DOCUMENT_MAX_BYTES, type DocumentView, type UploadDocumentRequest } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { Document } from '../../db/governance.entities.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { Documents } from './documents.js';

/**
 * Keeps a document of a party by its hash, for both parties of the protocol. The same document again, by whomever, is the one
 * that is there. What refers to it (an opinion, evidence, a contract) names its hash.
 */
@Injectable()
export class UploadDocument {
  constructor(
    private readonly office: ActingOffice,
    private readonly governed: GovernedProtocol,
    private readonly commands: CommandRunner,
    private readonly documents: Documents,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID (base64, size, kind), DOCUMENT_HASH_MISMATCH */
  async execute(
    protocolId: string,
    { title, mediaType, content, documentHash }: UploadDocumentRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<DocumentView>> {
    const party = await this.office.party(call);
    await this.governed.sides(protocolId, party);
    const bytes = bytesOf(content, mediaType);
    if (createHash('sha256').update(bytes).digest('hex') !== documentHash) {
      throw new DomainError(
        'DOCUMENT_HASH_MISMATCH',
        'The bytes that arrived have another hash: the document is damaged',
      );
    }
    return this.commands.run({
      ...call.idempotency,
      aggregates: [protocolId],
      work: async (tx) => {
        const document = { protocolId, documentHash, party, title, mediaType, bytes, uploadedAt: new Date(tx.now) };
        await tx.manager.createQueryBuilder().insert().into(Document).values(document).orIgnore().execute();
        await this.governed.lookAgain(tx, protocolId);
        return { status: 201, result: { documentHash } };
      },
      answer: () => this.documents.one(protocolId, documentHash, party),
    });
  }
}

/** First bytes of each kind; a text has none, but no byte 0 either. */
const beginnings: Record<string, readonly number[]> = {
  'application/pdf': [0x25, 0x50, 0x44, 0x46, 0x2d],
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  'image/jpeg': [0xff, 0xd8, 0xff],
};

function bytesOf(content: string, mediaType: string): Buffer {
  const fault = (name: string, detail: string) =>
    new DomainError('INPUT_INVALID', 'The document does not have the required shape', {
      faults: [{ in: 'body', name: `/${name}`, detail }],
    });
  const bytes = Buffer.from(content, 'base64');
  // Node skips what is no base64; writing it again shows whether anything was skipped.
  if (bytes.toString('base64') !== content) throw fault('content', 'must be base64 (RFC 4648, section 4) with padding');
  if (bytes.length > DOCUMENT_MAX_BYTES) throw fault('content', `must be at most ${DOCUMENT_MAX_BYTES} bytes`);
  const beginning = beginnings[mediaType];
  const fits = beginning ? beginning.every((byte, index) => bytes[index] === byte) : !bytes.includes(0);
  if (!fits) throw fault('mediaType', 'must be what the bytes are');
  return bytes;
}
