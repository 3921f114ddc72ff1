import { Inject, Injectable, Logger } from '@nestjs/common';
import { keyGenerationDestroyed, keyRotationCompleted } from '@convenant/contracts';
import { type Clock, formatInstant } from '@convenant/kernel';
import { CLOCK, type CommandContext, Outbox } from '@convenant/messaging';
import { EnvelopeDamaged, LocalKeyring, Vault } from '@convenant/vault';
import { OpenTransactions } from '../barrier/open-transactions.js';
import { Database } from '../db/database.js';
import {
  addRewrapped,
  claimRotation,
  completeDestruction,
  completeRotation,
  countWrappedBefore,
  generationBytesOf,
  type KeyRotationRow,
  releaseRotation,
  renewRotation,
  rewrapRows,
  type SealedTable,
  sealedTables,
  selectWrappedBefore,
  setGeneration,
  type WrappedKeyRow,
} from '../db/key-rotation.statements.js';

const LEASE_MS = 30_000;
const BATCH = 500;
const MOST_PASSES = 10;
/** Before the first row of any table. */
const FIRST_PLACE = '(0,0)';

/**
 * Works off the rotation that is under way; any replica, from the top after a crash, since every step may be done twice.
 *
 * - t0 a new generation: whoever seals from now on seals under it;
 * - t1 the transactions open after t0 are waited for: what they sealed under an older generation is visible now;
 * - t2 every data key under an older generation is wrapped anew, in batches, each row only where it is what was read;
 * - t3 none is left, says the store; `keyRotation.completed`.
 * - t4, on a command of its own: the store is asked again, the older generations are destroyed, `keyGeneration.destroyed`.
 */
@Injectable()
export class WorkOffKeyRotation {
  private readonly logger = new Logger('Keys');

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(OpenTransactions) private readonly transactions: OpenTransactions,
    @Inject(Vault) private readonly vault: Vault,
    @Inject(LocalKeyring) private readonly keyring: LocalKeyring,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns whether there was one */
  async execute(): Promise<boolean> {
    const [row] = await this.database.query<KeyRotationRow>(claimRotation(LEASE_MS));
    if (!row) return false;
    try {
      if (row.state === 'rotating') await this.rotate(row);
      else await this.destroy(row);
    } catch (error) {
      await this.database.query(releaseRotation(row.id)).catch(() => undefined);
      throw error;
    }
    return true;
  }

  private async rotate(row: KeyRotationRow): Promise<void> {
    const generation = row.generation ?? (await this.newGeneration(row.id));
    await this.transactions.haveEnded();
    await this.rewrapAll(row.id, generation);
    const at = this.clock.now();
    await this.outbox.transaction([row.id], async (tx) => {
      const [left] = await tx.query<{ remaining: number }>(countWrappedBefore(generationBytesOf(generation)));
      if (left!.remaining !== 0) throw new Error(`${left!.remaining} data keys are left under an older generation`);
      const [done] = await tx.query<KeyRotationRow>(completeRotation(row.id, new Date(at)));
      if (!done) return;
      await tx.append(keyRotationCompleted, {
        subject: row.id,
        data: {
          rotationId: row.id,
          generation,
          rotatedAt: formatInstant(done.rotated_at!.getTime()),
          rewrapped: Number(done.rewrapped),
          remaining: 0,
          completedAt: formatInstant(at),
        },
        context: row.context as CommandContext,
        occurredAt: at,
      });
    });
    this.logger.log({ msg: 'data keys wrapped anew', generation });
  }

  /** After a crash between the two a generation was made that no rotation names: it is a generation like any other. */
  private async newGeneration(id: string): Promise<number> {
    // Before the key: what was erased up to this instant was never wrapped under it.
    const at = new Date(this.clock.now());
    const generation = await this.keyring.rotate();
    await this.database.query(setGeneration(id, generation, at));
    return generation;
  }

  /** One pass over the table. */
  private async rewrap(id: string, table: SealedTable, generation: number): Promise<void> {
    for (let behind = FIRST_PLACE; ;) {
      const rows = await this.database.query<WrappedKeyRow>(
        selectWrappedBefore(table, generationBytesOf(generation), behind, BATCH),
      );
      if (rows.length === 0) return;
      const wrapped = [];
      for (const row of rows) wrapped.push({ ctid: row.ctid, before: row.wrapped_key, after: await this.wrap(row) });
      await this.database.query(rewrapRows(table, wrapped));
      await this.database.query(addRewrapped(id, rows.length));
      await this.database.query(renewRotation(id, LEASE_MS));
      behind = rows.at(-1)!.ctid;
    }
  }

  /** A row that was changed while a pass went by lies elsewhere now: passes follow until the store says that none is left. */
  private async rewrapAll(id: string, generation: number): Promise<void> {
    for (let pass = 1; pass <= MOST_PASSES && (await this.remaining(generation)) > 0; pass += 1) {
      for (const table of sealedTables) await this.rewrap(id, table, generation);
    }
  }

  private async remaining(generation: number): Promise<number> {
    const [left] = await this.database.query<{ remaining: number }>(countWrappedBefore(generationBytesOf(generation)));
    return left!.remaining;
  }

  private async wrap({ owner_id: ownerId, part, items, generation, wrapped_key }: WrappedKeyRow): Promise<Buffer> {
    try {
      return await this.vault.rewrap(wrapped_key, { ownerId, part, items, generation });
    } catch (cause) {
      // It would be lost with its generation: the rotation stays open until somebody has looked.
      if (cause instanceof EnvelopeDamaged) throw new Error(`The data key of ${part} ${ownerId} is damaged`, { cause });
      throw cause;
    }
  }

  private async destroy(row: KeyRotationRow): Promise<void> {
    const generation = row.generation!;
    const left = await this.remaining(generation);
    if (left !== 0) throw new Error(`${left} data keys are left under an older generation`);
    const older = (await this.keyring.generations()).filter((known) => known < generation);
    for (const known of older) await this.keyring.destroy(known);
    const at = this.clock.now();
    await this.outbox.transaction([row.id], async (tx) => {
      const [done] = await tx.query<KeyRotationRow>(completeDestruction(row.id, new Date(at)));
      if (!done) return;
      await tx.append(keyGenerationDestroyed, {
        subject: row.id,
        data: {
          rotationId: row.id,
          generation,
          destroyed: older,
          backupConfirmedAt: formatInstant(row.backup_confirmed_at!.getTime()),
          erasedUpTo: formatInstant(row.rotated_at!.getTime()),
          destroyedAt: formatInstant(at),
        },
        context: row.context as CommandContext,
        occurredAt: at,
      });
    });
    this.logger.log({ msg: 'older key generations destroyed', generation });
  }
}
