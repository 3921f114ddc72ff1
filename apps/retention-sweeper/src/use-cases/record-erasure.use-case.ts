import { Injectable } from '@nestjs/common';
import { addPeriod, formatInstant, parseInstant } from '@convenant/kernel';
import {
  erasureAttested,
  recipientErasureOrdered,
  type erasureWithheld,
  type EventData,
  type valuesErased,
} from '@convenant/contracts';
import { PermanentFailure, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { RetentionClock } from '../db/clock.entity.js';
import { runSoon } from '../db/clock.statements.js';
import { DisclosureFact } from '../db/facts.entity.js';
import { anyStanding } from '../db/hold.statements.js';
import { Erasure, Purge } from '../db/purge.entity.js';
import { RetentionOptions } from './retention-options.js';
import { StartClock } from './start-clock.use-case.js';

/** Who erases, in attestations: the service that holds the vault. */
const PERFORMER = 'transfer';
/** A release travels on another partition than the request that follows it: a request that overtook it is made again. */
const OVERTAKEN_PAUSE_MS = 500;

/** Records what transfer answered to an erasure: the evidence that it was done, or that a hold kept the values. */
@Injectable()
export class RecordErasure {
  constructor(
    private readonly options: RetentionOptions,
    private readonly startClock: StartClock,
  ) {}

  /**
   * Attests an erasure that was asked for, and orders the receiver to do the same in its own systems. One that transfer made
   * by itself ends the clock when it left nothing.
   * @throws PermanentFailure for an erasure that nobody asked for
   */
  async erased(tx: WriteTransaction, data: EventData<typeof valuesErased>, context: CommandContext): Promise<void> {
    const erasedAt = parseInstant(data.erasedAt);
    if (data.erasureId === undefined) {
      const fact = await tx.manager.findOneBy(DisclosureFact, { disclosureId: data.disclosureId });
      const complete = fact?.items.every((item) => data.items.includes(item));
      if (complete) await this.startClock.close(tx, data.disclosureId, erasedAt);
      return;
    }
    const erasure = await asked(tx, data.erasureId, data.disclosureId);
    const { id, disclosureId, purgeId } = erasure;
    if (erasure.state === 'erased') return;
    const horizonAt = addPeriod(erasedAt, this.options.erasureHorizon);
    await tx.manager.update(
      Erasure,
      { id },
      { state: 'erased', erasedAt: new Date(erasedAt), horizonAt: new Date(horizonAt) },
    );
    await tx.manager.update(
      RetentionClock,
      { disclosureId },
      { state: 'erased', erasedAt: new Date(erasedAt), nextLookAt: null },
    );
    await this.attest(tx, data, erasure, horizonAt, purgeId, context);
  }

  private async attest(
    tx: WriteTransaction,
    data: EventData<typeof valuesErased>,
    { id, rule, reason, clause }: Erasure,
    horizonAt: number,
    purgeId: string,
    context: CommandContext,
  ): Promise<void> {
    const { disclosureId, protocolId, subjectRef, items, technique, verification, erasedAt } = data;
    const { protocolVersion } = await tx.manager.findOneByOrFail(DisclosureFact, { disclosureId });
    const { approvedBy } = await tx.manager.findOneByOrFail(Purge, { id: purgeId });
    const ids = { erasureId: id, purgeId, disclosureId, protocolId, subjectRef };
    const envelope = { subject: id, context, protocolId, protocolVersion, clause };
    const now = formatInstant(tx.now);
    await tx.append(erasureAttested, {
      ...envelope,
      data: {
        ...ids,
        scope: 'vault',
        technique,
        items,
        rule,
        reason,
        verification,
        erasedAt,
        erasureHorizonAt: formatInstant(horizonAt),
        performer: PERFORMER,
        validator: approvedBy!,
        attestedAt: now,
        clause,
      },
    });
    await tx.append(recipientErasureOrdered, { ...envelope, data: { ...ids, items, orderedAt: now, clause } });
  }

  /**
   * A hold kept the values: this request is over, and they are due again for the purge after the release.
   * @throws PermanentFailure for an erasure that nobody asked for
   */
  async withheld(tx: WriteTransaction, data: EventData<typeof erasureWithheld>): Promise<void> {
    const { id, state, disclosureId } = await asked(tx, data.erasureId, data.disclosureId);
    if (state !== 'requested') return;
    await tx.manager.update(Erasure, { id }, { state: 'held' });
    await tx.manager.update(RetentionClock, { disclosureId, state: 'erasing' }, { state: 'due' });
    const [hold] = await tx.query<{ standing: boolean }>(anyStanding, [data.holds]);
    if (!hold!.standing) await tx.query(runSoon, [data.protocolId, formatInstant(tx.now), OVERTAKEN_PAUSE_MS]);
  }
}

async function asked(tx: WriteTransaction, id: string, disclosureId: string): Promise<Erasure> {
  const erasure = await tx.manager.findOneBy(Erasure, { id, disclosureId });
  if (erasure !== null) return erasure;
  throw new PermanentFailure('erasure.unknown', `Erasure ${id} of disclosure ${disclosureId} was never asked for`);
}
