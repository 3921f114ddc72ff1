import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { canonicalJson } from '@convenant/kernel';
import { type SealedEnvelope, Vault } from '@convenant/vault';
import type { SubjectKey } from '../domain/subject-keys.js';

/** How the mapping finds a person without holding a case reference or an identifier in the clear. */
export class SubjectCipher {
  private readonly key: KeyObject;

  /** @param base64Key setting `SUBJECT_KEY`, 32 bytes; another key would no longer find the persons registered before */
  constructor(
    base64Key: string,
    private readonly vault: Vault,
  ) {
    const bytes = Buffer.from(base64Key, 'base64');
    if (bytes.length !== 32) throw new RangeError('SUBJECT_KEY is not 32 bytes');
    this.key = createSecretKey(bytes);
  }

  /** 32 bytes; under another protocol the same person has another hash. */
  hash(protocolId: string, { kind, value }: SubjectKey): Buffer {
    return createHmac('sha256', this.key)
      .update(canonicalJson([protocolId, kind, value]))
      .digest();
  }

  seal(subjectRef: string, { kind, value }: SubjectKey): Promise<SealedEnvelope> {
    return this.vault.seal(Buffer.from(value), { ownerId: subjectRef, part: kind, items: [], generation: 1 });
  }
}

/** A hash in the form of a UUID (version 8), to lock what it stands for before it is known whether it exists. */
export function lockIdOf(hash: Buffer): string {
  const bytes = Buffer.from(hash.subarray(0, 16));
  bytes[6] = 0x80 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
