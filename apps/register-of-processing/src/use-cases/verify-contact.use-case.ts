import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { addPeriod, DomainError, formatInstant } from '@convenant/kernel';
import { contactVerified, type ContactView, type VerifyContactRequest } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { PartyContact } from '../db/party.entity.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { ContactOptions } from './contact-options.js';
import { GetContacts } from './get-contacts.use-case.js';
import { TellOfficers } from './officer-mail/tell-officers.js';

/** Wrong answers after which a code is void. */
const MOST_TRIES = 5;

/**
 * Shows that a functional mailbox is read: the code that was mailed to it last comes back. A wrong code is counted and leaves
 * the contact as it was; the answer says which state it has.
 */
@Injectable()
export class VerifyContact {
  constructor(
    private readonly office: ActingOffice,
    private readonly commands: CommandRunner,
    private readonly getContacts: GetContacts,
    private readonly options: ContactOptions,
    private readonly officers: TellOfficers,
  ) {}

  /** @throws DomainError FORBIDDEN (not this party's officer), NOT_FOUND, CONFLICT (no code is good: ask for a new one) */
  async execute(
    partyId: string,
    id: string,
    { code }: VerifyContactRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<ContactView>> {
    await this.office.dpoOf(partyId, call);
    await this.getContacts.one(partyId, id);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const contact = await tx.manager.findOneByOrFail(PartyContact, { id });
        const { codeNonce, codeValidUntil, codeTries } = contact;
        if (codeNonce === null || codeValidUntil!.getTime() <= tx.now || codeTries >= MOST_TRIES) {
          throw new DomainError('CONFLICT', `No code for contact ${id} is good any more; ask for a new one`);
        }
        const right = timingSafeEqual(Buffer.from(code), Buffer.from(this.options.code(id, codeNonce)));
        if (right) await this.verified(tx, contact, call);
        else await tx.manager.update(PartyContact, { id }, { codeTries: codeTries + 1 });
        return { status: 201, result: { id } };
      },
      answer: async () => this.getContacts.viewOf(await this.getContacts.one(partyId, id)),
    });
  }

  private async verified(tx: WriteTransaction, contact: PartyContact, { context }: CommandCall): Promise<void> {
    const { id, partyId, role, mailbox } = contact;
    const validUntil = addPeriod(tx.now, this.options.verification);
    const noCode = { codeNonce: null, codeValidUntil: null, codeMailedAt: null, codeTries: 0 };
    await tx.manager.update(
      PartyContact,
      { id },
      { verifiedAt: new Date(tx.now), validUntil: new Date(validUntil), lapsedAt: null, ...noCode },
    );
    if (role === 'dpo') await this.officers.catchUp(tx, partyId, mailbox);
    await tx.append(contactVerified, {
      subject: id,
      data: {
        contactId: id,
        partyId,
        role,
        mailbox,
        verifiedAt: formatInstant(tx.now),
        validUntil: formatInstant(validUntil),
      },
      context,
    });
  }
}
