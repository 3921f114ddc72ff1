import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, newId, type Clock } from '@convenant/kernel';
import type { ContactView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import { CLOCK, type CommandAnswer } from '@convenant/platform';
import { Party, PartyContact } from '../db/party.entity.js';
import { ContactMailer } from '../mail/contact-mailer.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { ContactOptions } from './contact-options.js';
import { GetContacts } from './get-contacts.use-case.js';

/** How long a code is good, milliseconds of legal time. */
const GOOD_FOR = 86_400_000;

/**
 * Mails a code to a functional mailbox, which makes an earlier one void.
 *
 * t0 the code is committed; t1 the mail server takes the mail; t2 that is committed, then the answer. When it ends between
 * t0 and t2 the caller is told `UNAVAILABLE` or hears nothing, and the same command again mails the same code again.
 */
@Injectable()
export class SendContactCode {
  constructor(
    private readonly dataSource: DataSource,
    private readonly office: ActingOffice,
    private readonly commands: CommandRunner,
    private readonly getContacts: GetContacts,
    private readonly mailer: ContactMailer,
    private readonly options: ContactOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError FORBIDDEN (not this party's officer), NOT_FOUND, UNAVAILABLE (the mail server did not take it) */
  async execute(partyId: string, id: string, call: CommandCall): Promise<CommandAnswer<ContactView>> {
    await this.office.dpoOf(partyId, call);
    await this.getContacts.one(partyId, id);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const codeNonce = newId();
        const codeValidUntil = new Date(tx.now + GOOD_FOR);
        await tx.manager.update(PartyContact, { id }, { codeNonce, codeValidUntil, codeMailedAt: null, codeTries: 0 });
        return { status: 201, result: { codeNonce } };
      },
      answer: async (result) => {
        await this.mailOnce(partyId, id, result['codeNonce'] as string);
        return this.getContacts.viewOf(await this.getContacts.one(partyId, id));
      },
    });
  }

  /** Only while this code is the one under way, and the server has not taken it. */
  private async mailOnce(partyId: string, id: string, codeNonce: string): Promise<void> {
    const contact = await this.getContacts.one(partyId, id);
    if (contact.codeNonce !== codeNonce || contact.codeMailedAt !== null) return;
    const { name } = await this.dataSource.manager.findOneByOrFail(Party, { id: partyId });
    const code = this.options.code(id, codeNonce);
    const date = contact.codeValidUntil!.getTime() - GOOD_FOR;
    if (!(await this.mailer.send({ to: contact.mailbox, party: name, code, codeNonce, date }))) {
      throw new DomainError('UNAVAILABLE', 'The mail server did not take the code; the same command again tries again');
    }
    const codeMailedAt = new Date(this.clock.now());
    await this.dataSource.manager.update(PartyContact, { id, codeNonce }, { codeMailedAt });
  }
}
