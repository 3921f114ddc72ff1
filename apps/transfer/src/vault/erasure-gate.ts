import { Inject, Injectable } from '@nestjs/common';
import { valuesErased } from '@convenant/contracts';
import { type Clock, formatInstant } from '@convenant/kernel';
import { CLOCK, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { keyGenerationOf, LocalKeyring } from '@convenant/vault';
import type { DisclosureRow } from '../db/disclosure.statements.js';
import { endDueDelivery } from '../db/delivery.statements.js';
import {
  countRemaining,
  deleteOlder,
  deleteSuperseded,
  type DestroyedEnvelopeRow,
  supersedeOlder,
} from '../db/envelope.statements.js';
import { markErased, markItemsErased } from '../db/erasure.statements.js';
import { selectHoldsOver } from '../db/hold.statements.js';
import type { DisclosedValues } from '../domain/archive-content.js';
import { DisclosureVault } from './disclosure-vault.js';

const TECHNIQUE = 'crypto-shred';
const VERIFICATION = 'rows-of-disclosure';

/** On whose word something is erased, as far as the record names it. */
export interface ErasureCause {
  readonly context: CommandContext;
  /** Set where retention asked for it. */
  readonly erasureId?: string;
  readonly clause?: string;
  /** Epoch milliseconds, UTC; the present where the caller has recorded nothing of it before. */
  readonly at?: number;
}

interface Destruction {
  readonly destroyed: readonly DestroyedEnvelopeRow[];
  /** Values that live on. */
  readonly left: DisclosedValues;
  /** The newest generation of values that must be gone; 0 for none. */
  readonly upTo: number;
}

/**
 * The one way to destroy what is kept of a disclosure. It looks at the holds, destroys envelopes with their keys, looks
 * into the store whether anything is left, and says so, all in the transaction of the one who calls, which holds the lock of
 * the disclosure.
 *
 * Under a hold nothing is destroyed: what would have been is read by nobody from now on, and is destroyed when the last hold
 * over it is released.
 *
 * @see GDPR Art. 5(1)(e), Art. 17; Art. 17(3)(e) for holds
 */
@Injectable()
export class ErasureGate {
  constructor(
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(LocalKeyring) private readonly keyring: LocalKeyring,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The holds that stand over a disclosure, as this transaction sees them: a barrier waits for it if it sees less. */
  async holdsOver(tx: WriteTransaction, disclosureId: string): Promise<string[]> {
    return (await tx.query<{ hold_id: string }>(selectHoldsOver(disclosureId))).map(({ hold_id }) => hold_id);
  }

  /**
   * Erases these items, and all that they were delivered in; the other items live on in a generation of their own. What is
   * gone already is said again, with counts of zero.
   * @param holds what `holdsOver` said in this transaction. It is not asked again: between two questions a hold may be committed,
   *   and what was answered with *erased* would be found held. The hold's barrier waits for this transaction.
   */
  async eraseItems(
    tx: WriteTransaction,
    row: DisclosureRow,
    items: readonly string[],
    holds: readonly string[],
    cause: ErasureCause,
  ): Promise<void> {
    const kept = await this.vault.values(tx, row.id);
    const left = kept?.values.filter(({ item }) => !items.includes(item)) ?? [];
    const nothingToErase = kept ? left.length === kept.values.length : row.erased_at !== null;
    if (nothingToErase) await this.record(tx, row, { destroyed: [], left, upTo: 0 }, cause);
    else await this.replaceUnder(tx, row, left.length > 0 ? left : null, cause, holds);
  }

  /** Erases all that is kept. */
  async eraseAll(tx: WriteTransaction, row: DisclosureRow, cause: ErasureCause): Promise<void> {
    await this.replace(tx, row, null, cause);
  }

  /**
   * Puts values in the place of those that were kept, under a new key, and destroys the old ones with their key and whatever
   * they were delivered in.
   * @param values null: nothing follows, and no generation is counted for it, since the sender sees the count
   * @returns the generation that follows
   */
  async replace(
    tx: WriteTransaction,
    row: DisclosureRow,
    values: DisclosedValues | null,
    cause: ErasureCause,
  ): Promise<number> {
    return this.replaceUnder(tx, row, values, cause, await this.holdsOver(tx, row.id));
  }

  /** Destroys what only a hold had kept, once none stands. */
  async destroyReleased(tx: WriteTransaction, row: DisclosureRow, context: CommandContext): Promise<void> {
    if ((await this.holdsOver(tx, row.id)).length > 0) return;
    const destroyed = await tx.query<DestroyedEnvelopeRow>(deleteSuperseded(row.id));
    if (destroyed.length === 0) return;
    const left = (await this.vault.values(tx, row.id))?.values ?? [];
    const upTo = Math.max(...destroyed.map(({ part, generation }) => (part === 'values' ? generation : 0)));
    await this.record(tx, row, { destroyed, left, upTo }, { context });
  }

  private async replaceUnder(
    tx: WriteTransaction,
    row: DisclosureRow,
    values: DisclosedValues | null,
    cause: ErasureCause,
    holds: readonly string[],
  ): Promise<number> {
    const generation = values ? await this.vault.replaceValues(tx, row.id, values) : row.values_generation + 1;
    if (values === null) await tx.query(endDueDelivery(row.id));
    if (holds.length > 0) {
      await tx.query(supersedeOlder(row.id, generation, new Date(this.clock.now())));
    } else {
      const destroyed = await tx.query<DestroyedEnvelopeRow>(deleteOlder(row.id, generation));
      await this.record(tx, row, { destroyed, left: values ?? [], upTo: generation - 1 }, cause);
    }
    return generation;
  }

  private async record(
    tx: WriteTransaction,
    row: DisclosureRow,
    { destroyed, left, upTo }: Destruction,
    { context, erasureId, clause, at = this.clock.now() }: ErasureCause,
  ): Promise<void> {
    const leftItems = left.map(({ item }) => item);
    const gone = await tx.query<{ item: string }>(markItemsErased(row.id, leftItems, new Date(at)));
    if (leftItems.length === 0) await tx.query(markErased(row.id, new Date(at)));
    const items = gone.map(({ item }) => item).sort();
    const allGone = row.items.filter((item) => !leftItems.includes(item));
    const [found] = await tx.query<{ remaining: number }>(countRemaining(row.id, upTo, allGone));
    // Rolls back: an erasure that left something is none.
    if (found!.remaining !== 0) throw new Error(`Disclosure ${row.id}: ${found!.remaining} envelopes were left`);
    await tx.append(valuesErased, {
      subject: row.id,
      data: {
        disclosureId: row.id,
        protocolId: row.protocol_id,
        subjectRef: row.subject_ref,
        ...(erasureId ? { erasureId } : null),
        generation: Math.max(1, upTo),
        items,
        technique: TECHNIQUE,
        counts: {
          envelopes: destroyed.length,
          keys: destroyed.length,
          passphrases: destroyed.filter(({ part }) => part === 'passphrase').length,
        },
        verification: { query: VERIFICATION, remaining: 0 },
        kekGeneration: await this.kekGenerationOf(destroyed),
        erasedAt: formatInstant(at),
        ...(clause ? { clause } : null),
      },
      context,
      protocolId: row.protocol_id,
      protocolVersion: row.protocol_version!,
      ...(clause ? { clause } : null),
      occurredAt: at,
    });
  }

  /** The newest generation of the key-encryption key that could open what was destroyed; of nothing: the present one. */
  private async kekGenerationOf(destroyed: readonly DestroyedEnvelopeRow[]): Promise<number> {
    if (destroyed.length === 0) return (await this.keyring.current()).generation;
    return Math.max(...destroyed.map(({ wrapped_key }) => keyGenerationOf(wrapped_key)));
  }
}
