import { Inject, Injectable } from '@nestjs/common';
import { subjectMappingErased } from '@convenant/contracts';
import { addPeriod, type Clock, formatInstant, newId } from '@convenant/kernel';
import { CLOCK, Outbox, type WriteTransaction } from '@convenant/messaging';
import { keyGenerationOf } from '@convenant/vault';
import { OpenTransactions } from '../barrier/open-transactions.js';
import { Database } from '../db/database.js';
import {
  closeMapping,
  deleteKeys,
  eraseMapping,
  isMappingOver,
  type MappingRow,
  reopenMapping,
  selectClosing,
  selectOver,
} from '../db/mapping.statements.js';

/** Persons of one step. */
const AT_ONCE = 50;

/** How long it must be possible to say who received what, and why so long: the decision of the controllers. */
export class Accountability {
  constructor(
    readonly period: string,
    readonly basis: string,
  ) {}
}

/**
 * Erases who a reference stands for, once the accountability period of the last disclosure about the person is over: the
 * keyed hashes and the sealed case references and identifiers go, the reference stays and leads to nobody. Not while a value
 * is kept, a hold or a restriction or objection stands, or a request of the person is open.
 *
 * t0 the mapping is closed, and nothing new is decided about the person; t1 the transactions that could not see it have ended;
 * t2 it is looked at once more and erased, or opened again for what came in between. After a crash another replica goes on.
 *
 * @see GDPR Art. 5(1)(e), 5(2), 11
 */
@Injectable()
export class EraseMappings {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(OpenTransactions) private readonly transactions: OpenTransactions,
    @Inject(Accountability) private readonly rule: Accountability,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many persons it dealt with */
  async execute(): Promise<number> {
    const cutoff = new Date(addPeriod(this.clock.now(), `-${this.rule.period}`));
    const over = await this.database.query<MappingRow>(selectOver(cutoff, AT_ONCE));
    if (over.length > 0) await this.database.query(closeMapping(over.map(({ subject_ref }) => subject_ref)));
    const closing = await this.database.query<MappingRow>(selectClosing(AT_ONCE));
    if (closing.length === 0) return 0;
    await this.transactions.haveEnded();
    const ids = closing.map(({ subject_ref }) => subject_ref);
    await this.outbox.transaction(ids, async (tx) => {
      for (const row of closing) await this.erase(tx, row, cutoff);
    });
    return closing.length;
  }

  private async erase(tx: WriteTransaction, row: MappingRow, cutoff: Date): Promise<void> {
    const { subject_ref: subjectRef, protocol_id: protocolId, party } = row;
    if ((await tx.query(isMappingOver(subjectRef, cutoff))).length === 0) {
      await tx.query(reopenMapping(subjectRef));
      return;
    }
    const at = this.clock.now();
    if ((await tx.query(eraseMapping(subjectRef, new Date(at)))).length === 0) return;
    const keys = await tx.query<{ wrapped_key: Buffer }>(deleteKeys(subjectRef));
    const cause = newId();
    await tx.append(subjectMappingErased, {
      subject: subjectRef,
      data: {
        subjectRef,
        protocolId,
        party,
        keys: keys.length,
        kekGeneration: Math.max(1, ...keys.map(({ wrapped_key }) => keyGenerationOf(wrapped_key))),
        period: this.rule.period,
        basis: this.rule.basis,
        erasedAt: formatInstant(at),
      },
      // Nobody commands it at this moment: the look itself is the cause.
      context: { correlationId: cause, causationId: cause },
      protocolId,
      occurredAt: at,
    });
  }
}
