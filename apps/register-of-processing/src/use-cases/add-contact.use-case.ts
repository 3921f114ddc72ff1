import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { contactChanged, type AddContactRequest, type ContactView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { GetContacts } from './get-contacts.use-case.js';

/** A party names one more functional mailbox. It is unverified until the code mailed to it comes back. */
@Injectable()
export class AddContact {
  constructor(
    private readonly office: ActingOffice,
    private readonly commands: CommandRunner,
    private readonly getContacts: GetContacts,
  ) {}

  /** @throws DomainError FORBIDDEN (not this party's officer), CONFLICT (it has this mailbox in this role) */
  async execute(
    partyId: string,
    { role, mailbox }: AddContactRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<ContactView>> {
    await this.office.dpoOf(partyId, call);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const added = await tx.query<{ id: string }>(
          `INSERT INTO party_contact (id, party_id, role, mailbox) VALUES ($1, $2, $3, $4)
           ON CONFLICT (party_id, role, mailbox) DO NOTHING RETURNING id`,
          [id, partyId, role, mailbox],
        );
        if (added.length === 0) throw new DomainError('CONFLICT', `The party has this ${role} mailbox`);
        await tx.append(contactChanged, {
          subject: id,
          data: { contactId: id, partyId, role, mailbox, change: 'added', changedAt: formatInstant(tx.now) },
          context: call.context,
        });
        return { status: 201, result: { id } };
      },
      answer: async (result) => this.getContacts.viewOf(await this.getContacts.one(partyId, result['id'] as string)),
    });
  }
}
