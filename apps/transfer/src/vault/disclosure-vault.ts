import { Inject, Injectable } from '@nestjs/common';
import { Vault } from '@convenant/vault';
import {
  type EnvelopePart,
  type EnvelopeRow,
  deleteEnvelopes,
  type FirstEnvelope,
  insertEnvelope,
  insertFirstEnvelopes,
  selectEnvelope,
  selectNewestGeneration,
} from '../db/envelope.statements.js';
import { nextGeneration } from '../db/erasure.statements.js';
import type { Queries, Writes } from '../db/statement.js';
import type { DisclosedValues } from '../domain/archive-content.js';

/** Values as they stand in the vault. */
export interface KeptValues {
  readonly generation: number;
  readonly values: DisclosedValues;
}

/**
 * What is kept of a disclosure, sealed: the values, and until it has been delivered the archive, and the passphrase.
 * Written in the transaction of the one who calls. What may be destroyed is for the erasure gate to say.
 */
@Injectable()
export class DisclosureVault {
  constructor(@Inject(Vault) private readonly vault: Vault) {}

  /** Seals the values of disclosures that are new in this transaction, each under a key of its own. */
  async putFirst(tx: Writes, disclosures: readonly { id: string; values: DisclosedValues }[]): Promise<void> {
    const contents = disclosures.map(({ id, values }) => ({
      plaintext: Buffer.from(JSON.stringify(values)),
      binding: { ownerId: id, part: 'values', items: values.map(({ item }) => item), generation: 1 },
    }));
    const sealed = await this.vault.sealAll(contents);
    const envelopes = contents.map(({ binding }, i): FirstEnvelope => ({
      disclosureId: binding.ownerId,
      items: binding.items,
      ...sealed[i]!,
    }));
    for (const { plaintext } of contents) plaintext.fill(0);
    tx.send(insertFirstEnvelopes(envelopes));
  }

  /** Seals the next generation of a part. The generations of values are counted in the ledger, never used twice. */
  async put(
    tx: Queries,
    disclosureId: string,
    part: EnvelopePart,
    items: readonly string[],
    content: Buffer,
  ): Promise<void> {
    const [{ newest }] = (await tx.query<{ newest: number }>(selectNewestGeneration(disclosureId, part))) as [
      { newest: number },
    ];
    await this.seal(tx, disclosureId, part, newest + 1, items, content);
  }

  /** Seals values in place of the newest ones, under a key of their own. @returns their generation */
  async replaceValues(tx: Queries, disclosureId: string, values: DisclosedValues | null): Promise<number> {
    const [row] = await tx.query<{ values_generation: number }>(nextGeneration(disclosureId));
    const generation = row!.values_generation;
    if (values !== null && values.length > 0) {
      const content = Buffer.from(JSON.stringify(values));
      const items = values.map(({ item }) => item);
      await this.seal(tx, disclosureId, 'values', generation, items, content);
      content.fill(0);
    }
    return generation;
  }

  /**
   * The content, or null when it has been erased, replaced or never was. The caller overwrites it after use.
   * @throws EnvelopeDamaged
   */
  async open(tx: Queries, disclosureId: string, part: EnvelopePart): Promise<Buffer | null> {
    const [row] = await tx.query<EnvelopeRow>(selectEnvelope(disclosureId, part));
    if (!row) return null;
    const { generation, items, ciphertext, wrapped_key: wrappedKey } = row;
    return this.vault.open({ ciphertext, wrappedKey }, { ownerId: disclosureId, part, items, generation });
  }

  /** The values as they stand now, or null when they are erased. */
  async values(tx: Queries, disclosureId: string): Promise<KeptValues | null> {
    const generation = await this.generationOf(tx, disclosureId, 'values');
    const content = generation === null ? null : await this.open(tx, disclosureId, 'values');
    if (content === null) return null;
    const values = JSON.parse(content.toString()) as DisclosedValues;
    content.fill(0);
    return { generation: generation!, values };
  }

  /** Which generation of a part may be read, or null for none. */
  async generationOf(tx: Queries, disclosureId: string, part: EnvelopePart): Promise<number | null> {
    const [row] = await tx.query<EnvelopeRow>(selectEnvelope(disclosureId, part));
    return row?.generation ?? null;
  }

  /** The archive has left and is needed no more; its content is kept as values. No erasure: those go through the gate. */
  async dropArchive(tx: Queries, disclosureId: string): Promise<void> {
    await tx.query(deleteEnvelopes(disclosureId, ['archive']));
  }

  private async seal(
    tx: Queries,
    disclosureId: string,
    part: EnvelopePart,
    generation: number,
    items: readonly string[],
    content: Buffer,
  ): Promise<void> {
    const binding = { ownerId: disclosureId, part, items, generation };
    const { ciphertext, wrappedKey } = await this.vault.seal(content, binding);
    const row = { part, generation, items: [...items], ciphertext, wrapped_key: wrappedKey };
    await tx.query(insertEnvelope(disclosureId, row));
  }
}
