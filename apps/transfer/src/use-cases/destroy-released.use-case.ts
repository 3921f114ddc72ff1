import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@convenant/kernel';
import { Outbox } from '@convenant/messaging';
import { Database } from '../db/database.js';
import { type DisclosureRow, selectDisclosure } from '../db/disclosure.statements.js';
import { selectNoLongerHeld } from '../db/hold.statements.js';
import { ErasureGate } from '../vault/erasure-gate.js';

const AT_ONCE = 100;

/** Destroys what only a hold had kept, as soon as none stands over it. Any replica does it; twice is once. */
@Injectable()
export class DestroyReleased {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(ErasureGate) private readonly gate: ErasureGate,
  ) {}

  /** @returns how many disclosures it looked at */
  async execute(): Promise<number> {
    const ids = (await this.database.query<{ id: string }>(selectNoLongerHeld(AT_ONCE))).map(({ id }) => id);
    if (ids.length === 0) return 0;
    const context = { correlationId: newId(), causationId: newId() };
    await this.outbox.transaction(ids, async (tx) => {
      for (const id of ids) {
        const [row] = await tx.query<DisclosureRow>(selectDisclosure(id));
        await this.gate.destroyReleased(tx, row!, context);
      }
    });
    return ids.length;
  }
}
