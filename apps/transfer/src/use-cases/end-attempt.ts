import { Inject, Injectable, Logger } from '@nestjs/common';
import { disclosureDelivered, disclosureDeliveryUnconfirmed } from '@convenant/contracts';
import { type Clock, formatInstant } from '@convenant/kernel';
import { MOST_TRIES, pauseAfter, type SendOutcome } from '@convenant/mail';
import { CLOCK, type CommandContext, Outbox, type WriteTransaction } from '@convenant/messaging';
import {
  type DeliveryRow,
  dueAgain,
  endAttempt,
  endDelivery,
  selectDelivery,
  selectUncertain,
} from '../db/delivery.statements.js';
import { type DisclosureRow, markDelivered, markState, selectDisclosure } from '../db/disclosure.statements.js';
import { Facts } from '../db/facts.js';
import { DeliverySettings } from '../delivery/delivery-settings.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';
import { StopDelivery } from './stop-delivery.js';

/** How an attempt ended. `lost`: its owner is gone and nobody saw it. */
export interface EndedAttempt {
  readonly attemptId: string;
  readonly disclosureId: string;
  readonly outcome: SendOutcome | { readonly kind: 'lost'; readonly reason: string };
  readonly archiveBytes?: number;
}

/**
 * Records how a delivery attempt ended, and what follows from it, in one commit. The first to say so counts: an owner that
 * comes back after its attempt was given up changes nothing.
 */
@Injectable()
export class EndAttempt {
  private readonly logger = new Logger('Delivery');

  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Facts) private readonly facts: Facts,
    @Inject(StopDelivery) private readonly stop: StopDelivery,
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(DeliverySettings) private readonly settings: DeliverySettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(attempt: EndedAttempt): Promise<void> {
    const { attemptId, disclosureId, outcome } = attempt;
    await this.outbox.transaction([disclosureId], async (tx) => {
      const [open] = await tx.query(endAttempt(attemptId, outcome.kind));
      if (!open) return;
      const [delivery] = await tx.query<DeliveryRow>(selectDelivery(disclosureId));
      const [row] = await tx.query<DisclosureRow>(selectDisclosure(disclosureId));
      await this.follow(tx, attempt, delivery!, row!);
    });
    if (outcome.kind !== 'delivered') {
      this.logger.warn({ msg: 'delivery attempt', disclosureId, outcome: outcome.kind, reason: outcome.reason });
    }
  }

  private async follow(tx: WriteTransaction, attempt: EndedAttempt, delivery: DeliveryRow, row: DisclosureRow) {
    const context = delivery.context as CommandContext;
    switch (attempt.outcome.kind) {
      case 'delivered':
        return this.delivered(tx, attempt, attempt.outcome.receipt, row, context);
      case 'refused':
        return this.stop.end(tx, row, { code: 'MAIL_REFUSED' }, context);
      case 'notSent':
        if (delivery.tries >= MOST_TRIES) return this.stop.end(tx, row, { code: 'MAIL_UNREACHABLE' }, context);
        await tx.query(dueAgain(row.id, pauseAfter(delivery.tries, this.settings.retryMs), false));
        await tx.query(
          markState(row.id, (await tx.query(selectUncertain(row.id))).length > 0 ? 'unconfirmed' : 'authorized'),
        );
        return;
      case 'cut':
      case 'lost':
        return this.unconfirmed(tx, attempt, delivery, row, context);
    }
  }

  private async delivered(
    tx: WriteTransaction,
    { attemptId, archiveBytes }: EndedAttempt,
    receipt: string,
    row: DisclosureRow,
    context: CommandContext,
  ): Promise<void> {
    const at = this.clock.now();
    const protocol = await this.facts.protocol(tx, row.protocol_id);
    const model = protocol!.facts.versions.find(({ version }) => version === row.protocol_version)!.model;
    const route = model.routes.find(({ id }) => id === row.route_id)!;
    await tx.query(endDelivery(row.id));
    await tx.query(markDelivered(row.id, new Date(at)));
    await this.vault.dropArchive(tx, row.id);
    await tx.append(disclosureDelivered, {
      subject: row.id,
      data: {
        ...ids(row),
        attemptId,
        route: route.id,
        ...(route.cipher ? { cipher: route.cipher } : null),
        archiveDigest: row.archive_digest!,
        archiveBytes: archiveBytes!,
        receipt,
        deliveredAt: formatInstant(at),
        clause: route.clause,
      },
      context,
      protocolId: row.protocol_id,
      protocolVersion: row.protocol_version!,
      clause: route.clause,
      occurredAt: at,
    });
  }

  /** At least once: what may not have arrived is sent once more, the same bytes under the same Message-ID, and then no more. */
  private async unconfirmed(
    tx: WriteTransaction,
    { attemptId }: EndedAttempt,
    delivery: DeliveryRow,
    row: DisclosureRow,
    context: CommandContext,
  ): Promise<void> {
    await tx.query(markState(row.id, 'unconfirmed'));
    if (delivery.resent) {
      await tx.query(endDelivery(row.id));
      await this.vault.dropArchive(tx, row.id);
    } else await tx.query(dueAgain(row.id, 0, true));
    await tx.append(disclosureDeliveryUnconfirmed, {
      subject: row.id,
      data: { ...ids(row), attemptId, closedAt: formatInstant(this.clock.now()) },
      context,
      protocolId: row.protocol_id,
      protocolVersion: row.protocol_version!,
    });
  }
}

function ids(row: DisclosureRow) {
  return { disclosureId: row.id, protocolId: row.protocol_id, subjectRef: row.subject_ref };
}
