import { Inject, Injectable } from '@nestjs/common';
import { disclosureFailed } from '@convenant/contracts';
import { type Clock, formatInstant } from '@convenant/kernel';
import { CLOCK, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { type DisclosureRow, markFailed, markState } from '../db/disclosure.statements.js';
import { endDelivery, holdDelivery, lockStop, selectUncertain } from '../db/delivery.statements.js';
import { withholdOne } from '../db/barrier.statements.js';
import { Facts, type KnownProtocol } from '../db/facts.js';
import { deliveryStop, type DeliveryStop, mayBeLifted } from '../domain/delivery-stop.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';
import { ErasureGate } from '../vault/erasure-gate.js';

/** Why a delivery ends without having reached the receiver: a stop of the law, or of the mail server. */
export interface Failure {
  readonly code: string;
  readonly clause?: string;
}

/** How a delivery that was authorised is ended before it reached the receiver. */
@Injectable()
export class StopDelivery {
  constructor(
    @Inject(Facts) private readonly facts: Facts,
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(ErasureGate) private readonly gate: ErasureGate,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Asks the facts again, in the transaction of the one who is about to act.
   * @param protocols what was read of protocols in this transaction, for one who asks about many disclosures
   */
  async ask(
    tx: WriteTransaction,
    row: DisclosureRow,
    protocols = new Map<string, KnownProtocol | null>(),
  ): Promise<DeliveryStop | 'blocked' | null> {
    // Whatever was lifted since: this one was stopped for good.
    if (row.withheld) return { code: row.withheld as DeliveryStop['code'] };
    if (!protocols.has(row.protocol_id)) {
      protocols.set(row.protocol_id, await this.facts.protocol(tx, row.protocol_id));
    }
    const protocol = protocols.get(row.protocol_id);
    const known = await this.facts.load(tx, {
      consents: row.consent_id ? [row.consent_id] : [],
      subjects: [row.subject_ref],
    });
    const subject = known.subject(row.subject_ref);
    if (!protocol || !subject) return 'blocked';
    const facts = {
      protocol: protocol.facts,
      consent: row.consent_id ? (known.consent(row.consent_id)?.facts ?? null) : null,
      subject: subject.stops,
      protocolVersion: row.protocol_version!,
    };
    return deliveryStop(facts, this.clock.now());
  }

  /**
   * Does what a stop asks of a delivery that is still to be made: while a person may yet let it go on, it is held and nothing of
   * it is erased; otherwise it ends. When a stop is lifted it is asked about anew, on the facts of that moment.
   */
  async apply(tx: WriteTransaction, row: DisclosureRow, stop: DeliveryStop, context: CommandContext): Promise<void> {
    if (!mayBeLifted(stop)) return this.end(tx, row, stop, context);
    if ((await tx.query(lockStop(row.subject_ref))).length > 0) await tx.query(holdDelivery(row.id));
  }

  /**
   * Ends the delivery. What never left ends `disclosure.failed` and all that was kept of it is erased in the same commit.
   * Where an earlier attempt was cut off nobody knows whether it arrived: it stays unconfirmed, nothing is sent again, and
   * the passphrase is withheld.
   */
  async end(tx: WriteTransaction, row: DisclosureRow, failure: Failure, context: CommandContext): Promise<void> {
    await tx.query(endDelivery(row.id));
    if ((await tx.query(selectUncertain(row.id))).length > 0) {
      await tx.query(markState(row.id, 'unconfirmed'));
      await tx.query(withholdOne(row.id, failure.code));
      await this.vault.dropArchive(tx, row.id);
      return;
    }
    await tx.query(markFailed(row.id, failure.code));
    await tx.append(disclosureFailed, {
      subject: row.id,
      data: {
        disclosureId: row.id,
        protocolId: row.protocol_id,
        subjectRef: row.subject_ref,
        code: failure.code,
        ...(failure.clause ? { clause: failure.clause } : null),
        failedAt: formatInstant(this.clock.now()),
      },
      context,
      protocolId: row.protocol_id,
      protocolVersion: row.protocol_version!,
      ...(failure.clause ? { clause: failure.clause } : null),
    });
    await this.gate.eraseAll(tx, row, { context, ...(failure.clause ? { clause: failure.clause } : null) });
  }
}
