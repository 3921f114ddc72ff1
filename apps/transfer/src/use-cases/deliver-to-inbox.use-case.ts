import { Inject, Injectable } from '@nestjs/common';
import { disclosureDelivered } from '@convenant/contracts';
import { type Clock, formatInstant, newId } from '@convenant/kernel';
import { CLOCK, type CommandContext, Outbox } from '@convenant/messaging';
import type { Route } from '@convenant/protocol';
import { type DeliveryRow, dueAgain, endDelivery, selectDelivery } from '../db/delivery.statements.js';
import { type DisclosureRow, markDelivered, selectDisclosure } from '../db/disclosure.statements.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';
import { BLOCKED_RETRY_MS } from '../domain/blocked-retry.js';
import { StopDelivery } from './stop-delivery.js';

/**
 * Puts one authorised disclosure into the inbox of the receiving unit: from that commit on its users may collect the values.
 * No byte leaves before one of them does, and then the facts are asked again; so the attempt is one transaction, and there is
 * nothing that could be cut off, resent or arrive twice.
 */
@Injectable()
export class DeliverToInbox {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(StopDelivery) private readonly stop: StopDelivery,
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param route of the version that the disclosure was authorised under */
  async execute(id: string, route: Route): Promise<void> {
    await this.outbox.transaction([id], async (tx) => {
      const [delivery] = await tx.query<DeliveryRow>(selectDelivery(id));
      if (delivery?.state !== 'due') return;
      const context = delivery.context as CommandContext;
      const [row] = (await tx.query<DisclosureRow>(selectDisclosure(id))) as [DisclosureRow];
      const stop = await this.stop.ask(tx, row);
      if (stop === 'blocked') return void (await tx.query(dueAgain(id, BLOCKED_RETRY_MS, false)));
      if (stop) return this.stop.apply(tx, row, stop, context);
      // A restored database may not have them any more: they can never be collected.
      if ((await this.vault.generationOf(tx, id, 'values')) === null)
        return this.stop.end(tx, row, { code: 'VALUES_LOST' }, context);
      const at = this.clock.now();
      await tx.query(endDelivery(id));
      await tx.query(markDelivered(id, new Date(at)));
      await tx.append(disclosureDelivered, {
        subject: id,
        data: {
          disclosureId: id,
          protocolId: row.protocol_id,
          subjectRef: row.subject_ref,
          attemptId: newId(),
          route: route.id,
          deliveredAt: formatInstant(at),
          clause: route.clause,
        },
        context,
        protocolId: row.protocol_id,
        protocolVersion: row.protocol_version!,
        clause: route.clause,
        occurredAt: at,
      });
    });
  }
}
