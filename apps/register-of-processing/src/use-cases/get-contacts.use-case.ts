import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, formatInstant, type Clock } from '@convenant/kernel';
import type { ContactsView, ContactView } from '@convenant/contracts';
import { CLOCK } from '@convenant/platform';
import { Party, PartyContact } from '../db/party.entity.js';
import { Protocol } from '../db/protocol.entity.js';

/** Functional mailboxes of a party, for itself and its counterparties. */
@Injectable()
export class GetContacts {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND for a party that the caller has no protocol with; the operator sees every one */
  async all(partyId: string, caller: string | null): Promise<ContactsView> {
    const { manager } = this.dataSource;
    const known =
      caller === null || caller === partyId
        ? await manager.existsBy(Party, { id: partyId })
        : await manager.existsBy(Protocol, [
            { sender: partyId, receiver: caller },
            { sender: caller, receiver: partyId },
          ]);
    if (!known) throw new DomainError('NOT_FOUND', `There is no party ${partyId}`);
    const order = { role: 'ASC', mailbox: 'ASC' } as const;
    const contacts = await manager.find(PartyContact, { where: { partyId }, order });
    return { items: contacts.map((contact) => this.viewOf(contact)) };
  }

  /** @throws DomainError NOT_FOUND, also for a contact of another party or one that was removed */
  async one(partyId: string, id: string): Promise<PartyContact> {
    const contact = await this.dataSource.manager.findOneBy(PartyContact, { partyId, id });
    if (contact === null) throw new DomainError('NOT_FOUND', `There is no contact ${id}`);
    return contact;
  }

  viewOf(contact: PartyContact): ContactView {
    const { id, partyId, role, mailbox, verifiedAt, validUntil, codeValidUntil, codeMailedAt } = contact;
    const now = this.clock.now();
    const counts = validUntil !== null && validUntil.getTime() > now;
    const codeIsGood = codeMailedAt !== null && codeValidUntil !== null && codeValidUntil.getTime() > now;
    return {
      id,
      partyId,
      role,
      mailbox,
      state: counts ? 'verified' : verifiedAt === null ? 'unverified' : 'lapsed',
      ...(codeIsGood ? { codeValidUntil: formatInstant(codeValidUntil.getTime()) } : {}),
      ...(verifiedAt === null ? {} : { verifiedAt: formatInstant(verifiedAt.getTime()) }),
      ...(validUntil === null ? {} : { validUntil: formatInstant(validUntil.getTime()) }),
    };
  }
}
