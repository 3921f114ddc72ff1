import { Body, Controller, Param } from '@nestjs/common';
import {
  AddContactRequest,
  ContactsView,
  ContactView,
  RemoveContactRequest,
  SendContactCodeRequest,
  VerifyContactRequest,
} from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Query,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
} from '@convenant/platform';
import { AddContact } from '../use-cases/add-contact.use-case.js';
import { commandCall } from '../use-cases/command-call.js';
import { GetContacts } from '../use-cases/get-contacts.use-case.js';
import { RemoveContact } from '../use-cases/remove-contact.use-case.js';
import { SendContactCode } from '../use-cases/send-contact-code.use-case.js';
import { VerifyContact } from '../use-cases/verify-contact.use-case.js';
import { ofParty } from './of-party.js';

/** Functional mailboxes of parties, and whether anybody reads them. */
@Controller('parties')
export class ContactsController {
  constructor(
    private readonly addContact: AddContact,
    private readonly removeContact: RemoveContact,
    private readonly sendContactCode: SendContactCode,
    private readonly verifyContact: VerifyContact,
    private readonly getContacts: GetContacts,
  ) {}

  @Query({
    path: ':id/contacts',
    needs: { roles: [...ofParty.roles, 'installation-admin'] },
    answer: ContactsView,
    summary: 'The functional mailboxes of a party, for itself, its counterparties and the operator',
  })
  all(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<ContactsView> {
    return this.getContacts.all(id, caller.party ?? null);
  }

  @Command({
    path: ':id/contacts',
    needs: ofParty,
    body: AddContactRequest,
    answer: ContactView,
    summary: 'Name one more functional mailbox of the party; for its data protection officer',
  })
  add(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ContactView>> {
    return this.addContact.execute(id, body as AddContactRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/contacts/:contactId/removal',
    needs: ofParty,
    body: RemoveContactRequest,
    answer: ContactsView,
    summary: 'Give up a functional mailbox; the answer shows those that stay',
  })
  remove(
    @Param('id') id: string,
    @Param('contactId') contactId: string,
    @Body() _body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ContactsView>> {
    return this.removeContact.execute(id, contactId, commandCall(caller, info));
  }

  @Command({
    path: ':id/contacts/:contactId/codes',
    needs: ofParty,
    body: SendContactCodeRequest,
    answer: ContactView,
    summary: 'Mail a new code to a functional mailbox',
  })
  send(
    @Param('id') id: string,
    @Param('contactId') contactId: string,
    @Body() _body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ContactView>> {
    return this.sendContactCode.execute(id, contactId, commandCall(caller, info));
  }

  @Command({
    path: ':id/contacts/:contactId/verification',
    needs: ofParty,
    body: VerifyContactRequest,
    answer: ContactView,
    summary:
      'Give back the code that was mailed; a wrong one leaves the contact as it was, and five make the code void',
  })
  verify(
    @Param('id') id: string,
    @Param('contactId') contactId: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ContactView>> {
    return this.verifyContact.execute(id, contactId, body as VerifyContactRequest, commandCall(caller, info));
  }
}
