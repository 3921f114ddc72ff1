import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, LessThanOrEqual } from 'typeorm';
import { formatInstant, newId, type Clock } from '@convenant/kernel';
import { contactVerificationLapsed } from '@convenant/contracts';
import { CLOCK, Outbox } from '@convenant/messaging';
import { PartyContact } from '../db/party.entity.js';
import { TellOfficers } from './officer-mail/tell-officers.js';

/** Contacts of one step. */
const AT_ONCE = 50;

/** Tells, once, of each mailbox whose verification is too old to rely on. */
@Injectable()
export class LapseContacts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly officers: TellOfficers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many contacts it looked at */
  async execute(): Promise<number> {
    const over = { validUntil: LessThanOrEqual(new Date(this.clock.now())), lapsedAt: IsNull() };
    const due = await this.dataSource.manager.find(PartyContact, { where: over, take: AT_ONCE });
    if (due.length === 0) return 0;
    const ids = due.map(({ id }) => id);
    await this.outbox.transaction(ids, async (tx) => {
      // Nobody commands it at this moment: the look itself is the cause.
      const look = newId();
      for (const id of ids) {
        const contact = await tx.manager.findOneBy(PartyContact, { id, ...over });
        if (contact === null) continue;
        const { partyId, role, mailbox } = contact;
        await tx.manager.update(PartyContact, { id }, { lapsedAt: new Date(tx.now) });
        const told = { party: partyId, topic: 'CONTACT_LAPSED', about: role, protocolId: null } as const;
        const path = `/register/v1/parties/${partyId}/contacts`;
        await this.officers.tell(tx, { ...told, at: tx.now, reference: id, path });
        await tx.append(contactVerificationLapsed, {
          subject: id,
          data: { contactId: id, partyId, role, mailbox, lapsedAt: formatInstant(tx.now) },
          context: { correlationId: look, causationId: look },
        });
      }
    });
    return due.length;
  }
}
