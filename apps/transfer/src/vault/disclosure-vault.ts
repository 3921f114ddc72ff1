import { Inject, Injectable } from '@nestjs/common';
import { Vault } from '@convenant/vault';
import {
  deleteEnvelopes,
  type EnvelopePart,
  type EnvelopeRow,
  insertEnvelope,
  selectEnvelope,
} from '../db/envelope.statements.js';
import type { Queries } from '../db/statement.js';

const FIRST_GENERATION = 1;

/**
 * What is kept of a disclosure, sealed: the values, and until it has been delivered the archive, and the passphrase.
 * Written and erased in the transaction of the one who calls.
 */
@Injectable()
export class DisclosureVault {
  constructor(@Inject(Vault) private readonly vault: Vault) {}

  async put(
    tx: Queries,
    disclosureId: string,
    part: EnvelopePart,
    items: readonly string[],
    content: Buffer,
  ): Promise<void> {
    const generation = FIRST_GENERATION;
    const { ciphertext, wrappedKey } = await this.vault.seal(content, {
      ownerId: disclosureId,
      part,
      items,
      generation,
    });
    const row = { part, generation, items: [...items], ciphertext, wrapped_key: wrappedKey };
    await tx.query(insertEnvelope(disclosureId, row));
  }

  /**
   * The content, or null when it has been erased or never was. The caller overwrites it after use.
   * @throws EnvelopeDamaged
   */
  async open(tx: Queries, disclosureId: string, part: EnvelopePart): Promise<Buffer | null> {
    const [row] = await tx.query<EnvelopeRow>(selectEnvelope(disclosureId, part));
    if (!row) return null;
    const { generation, items, ciphertext, wrapped_key: wrappedKey } = row;
    return this.vault.open({ ciphertext, wrappedKey }, { ownerId: disclosureId, part, items, generation });
  }

  /** Gone with the commit: the only copies of their data keys stood in these rows. */
  async erase(tx: Queries, disclosureId: string, parts: readonly EnvelopePart[]): Promise<void> {
    await tx.query(deleteEnvelopes(disclosureId, parts));
  }
}
