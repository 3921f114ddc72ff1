import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { contactChanged, type ContactsView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { PartyContact } from '../db/party.entity.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { GetContacts } from './get-contacts.use-case.js';

/** A party gives up a functional mailbox. It keeps at least one. */
@Injectable()
export class RemoveContact {
  constructor(
    private readonly office: ActingOffice,
    private readonly commands: CommandRunner,
    private readonly getContacts: GetContacts,
  ) {}

  /** @throws DomainError FORBIDDEN (not this party's officer), NOT_FOUND, CONFLICT (its last mailbox) */
  async execute(partyId: string, id: string, call: CommandCall): Promise<CommandAnswer<ContactsView>> {
    await this.office.dpoOf(partyId, call);
    return this.commands.run({
      ...call.idempotency,
      // Also the party: of two mailboxes that are removed at the same moment the second one stays.
      aggregates: [id, partyId],
      work: async (tx) => {
        const contacts = await tx.manager.findBy(PartyContact, { partyId });
        const contact = contacts.find((one) => one.id === id);
        if (contact === undefined) throw new DomainError('NOT_FOUND', `There is no contact ${id}`);
        if (contacts.length === 1) throw new DomainError('CONFLICT', 'The last mailbox of a party stays');
        const { role, mailbox } = contact;
        await tx.manager.delete(PartyContact, { id });
        await tx.append(contactChanged, {
          subject: id,
          data: { contactId: id, partyId, role, mailbox, change: 'removed', changedAt: formatInstant(tx.now) },
          context: call.context,
        });
        return { status: 201, result: { id } };
      },
      answer: () => this.getContacts.all(partyId, partyId),
    });
  }
}
