import { Inject, Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import type { WriteTransaction } from '@convenant/messaging';
import type { ProtocolModel } from '@convenant/protocol';
import { Database } from '../db/database.js';
import type { DisclosureRow } from '../db/disclosure.statements.js';
import { SevenZip } from '../delivery/seven-zip.js';
import { archiveContent } from '../domain/archive-content.js';
import { PASSPHRASE_BYTES, passphraseFrom } from '../domain/passphrase.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';

/** An archive as it leaves, and what is said of it. */
export interface DeliveryArchive {
  readonly archive: Buffer;
  /** Null where it was made, and its passphrase stored, by an earlier attempt. */
  readonly passphrase: string | null;
  readonly digest: string;
  readonly fileName: string;
  /** What it was made of, or which stored archive it is: a correction that comes in between makes it stale. */
  readonly source: { readonly part: 'values' | 'archive'; readonly generation: number };
  readonly items: readonly string[];
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
    const generation = await this.vault.generationOf(this.database, row.id, 'archive');
    const stored = generation === null ? null : await this.vault.open(this.database, row.id, 'archive');
    if (stored) return describe(row, stored, null, { part: 'archive', generation: generation! }, row.items);
    const kept = await this.vault.values(this.database, row.id);
    if (!kept) return null;
    const passphrase = passphraseFrom(randomBytes(PASSPHRASE_BYTES));
    const disclosure = {
      id: row.id,
      subjectRef: row.subject_ref,
      protocolId: row.protocol_id,
      protocolVersion: row.protocol_version!,
      purpose: row.purpose,
      requestedAt: row.requested_at.getTime(),
    };
    const archive = await this.sevenZip.build(archiveContent(disclosure, model, kept.values), passphrase);
    const items = kept.values.map(({ item }) => item);
    return describe(row, archive, passphrase, { part: 'values', generation: kept.generation }, items);
  }

  /** Whether there is anything to send. */
  async exists(tx: WriteTransaction, { id }: DisclosureRow): Promise<boolean> {
    return (await this.vault.generationOf(tx, id, 'values')) !== null;
  }

  /** Whether nothing was corrected or erased since it was obtained. Asked under the lock of the disclosure. */
  async isStill(tx: WriteTransaction, row: DisclosureRow, { source }: DeliveryArchive): Promise<boolean> {
    return (await this.vault.generationOf(tx, row.id, source.part)) === source.generation;
  }

  /** Stores a new archive in the transaction that starts the first attempt. */
  async keep(tx: WriteTransaction, row: DisclosureRow, made: DeliveryArchive): Promise<void> {
    const { archive, passphrase, items } = made;
    if (passphrase === null) return;
    await this.vault.put(tx, row.id, 'archive', items, archive);
    await this.vault.put(tx, row.id, 'passphrase', items, Buffer.from(passphrase));
  }
}

function describe(
  { id }: DisclosureRow,
  archive: Buffer,
  passphrase: string | null,
  source: DeliveryArchive['source'],
  items: readonly string[],
): DeliveryArchive {
  const digest = createHash('sha256').update(archive).digest('hex');
  return { archive, passphrase, digest, fileName: `${id}.7z`, source, items };
}
