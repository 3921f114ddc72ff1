import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { newId } from '@convenant/kernel';
import { Vault } from '@convenant/vault';
import { Database } from '../db/database.js';
import {
  type ArchiveKeyRow,
  insertArchiveKey,
  selectArchiveKeys,
  selectCurrentArchiveKey,
} from '../db/archive-key.statements.js';

const PART = 'archiveSigningKey';

/**
 * Signs archives with the installation's Ed25519 key. A 7-zip archive has no authentication of its own: the signature,
 * beside it in the mail, lets a receiver see that it comes from here unchanged. It signs for the installation, not for a
 * person.
 *
 * The private key lies sealed in the database, made at the first start; replicas that start at once share the oldest.
 */
@Injectable()
export class ArchiveSigner implements OnModuleInit {
  private key!: KeyObject;
  /** Which of the published keys signs. */
  keyId!: string;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Vault) private readonly vault: Vault,
  ) {}

  async onModuleInit(): Promise<void> {
    let [row] = await this.database.query<ArchiveKeyRow>(selectCurrentArchiveKey);
    if (!row) {
      await this.make();
      [row] = await this.database.query<ArchiveKeyRow>(selectCurrentArchiveKey);
    }
    const { key_id: keyId, ciphertext, wrapped_key: wrappedKey } = row!;
    const der = await this.vault.open({ ciphertext, wrappedKey }, binding(keyId));
    this.keyId = keyId;
    this.key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    der.fill(0);
  }

  /** 64 bytes, RFC 8032. */
  sign(archive: Buffer): Buffer {
    return sign(null, archive, this.key);
  }

  /** Every key that archives may have been signed with, the newest first. */
  published(): Promise<ArchiveKeyRow[]> {
    return this.database.query<ArchiveKeyRow>(selectArchiveKeys);
  }

  private async make(): Promise<void> {
    const keyId = newId();
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    const { ciphertext, wrappedKey } = await this.vault.seal(der, binding(keyId));
    der.fill(0);
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    await this.database.query(insertArchiveKey(keyId, pem, ciphertext, wrappedKey));
  }
}

const binding = (keyId: string) => ({ ownerId: keyId, part: PART, items: [], generation: 1 });
