import { Inject, Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import type { WriteTransaction } from '@convenant/messaging';
import type { ProtocolModel } from '@convenant/protocol';
import { Database } from '../db/database.js';
import type { DisclosureRow } from '../db/disclosure.statements.js';
import { SevenZip } from '../delivery/seven-zip.js';
import { archiveContent, type DisclosedValues } from '../domain/archive-content.js';
import { PASSPHRASE_BYTES, passphraseFrom } from '../domain/passphrase.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';

/** An archive as it leaves, and what is said of it. */
export interface DeliveryArchive {
  readonly archive: Buffer;
  /** Null where it was made, and its passphrase stored, by an earlier attempt. */
  readonly passphrase: string | null;
  readonly digest: string;
  readonly fileName: string;
}

/**
 * The archive of a disclosure: made once, with a fresh passphrase, and kept sealed until it has been delivered, so that a
 * resend carries the same bytes.
 */
@Injectable()
export class DeliveryArchives {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(SevenZip) private readonly sevenZip: SevenZip,
  ) {}

  /** The stored archive, else a new one that is not stored yet. Null when the values are erased. */
  async obtain(row: DisclosureRow, model: ProtocolModel): Promise<DeliveryArchive | null> {
    const stored = await this.vault.open(this.database, row.id, 'archive');
    if (stored) return describe(row.id, stored, null);
    const values = await this.vault.open(this.database, row.id, 'values');
    if (!values) return null;
    const passphrase = passphraseFrom(randomBytes(PASSPHRASE_BYTES));
    const disclosure = {
      id: row.id,
      subjectRef: row.subject_ref,
      protocolId: row.protocol_id,
      protocolVersion: row.protocol_version!,
      purpose: row.purpose,
      requestedAt: row.requested_at.getTime(),
    };
    const files = archiveContent(disclosure, model, JSON.parse(values.toString()) as DisclosedValues);
    values.fill(0);
    return describe(row.id, await this.sevenZip.build(files, passphrase), passphrase);
  }

  /** Stores a new archive in the transaction that starts the first attempt. */
  async keep(tx: WriteTransaction, row: DisclosureRow, { archive, passphrase }: DeliveryArchive): Promise<void> {
    if (passphrase === null) return;
    await this.vault.put(tx, row.id, 'archive', row.items, archive);
    await this.vault.put(tx, row.id, 'passphrase', row.items, Buffer.from(passphrase));
  }
}

function describe(disclosureId: string, archive: Buffer, passphrase: string | null): DeliveryArchive {
  const digest = createHash('sha256').update(archive).digest('hex');
  return { archive, passphrase, digest, fileName: `${disclosureId}.7z` };
}
