import Type, { type Static } from 'typebox';
import { closed, Instant, Mailbox, Uuid } from '../lib/shapes.js';
import { ContactRole } from './contact-events.js';

/** `POST /register/v1/parties/{id}/contacts` (dpo of the party): a mailbox of an office, never of a person. */
export const AddContactRequest = Type.Object({ role: ContactRole, mailbox: Mailbox }, closed);
export type AddContactRequest = Static<typeof AddContactRequest>;

/** `POST /register/v1/parties/{id}/contacts/{contactId}/removal` (dpo of the party); answered with those that stay. */
export const RemoveContactRequest = Type.Object({}, closed);
export type RemoveContactRequest = Static<typeof RemoveContactRequest>;

/** `POST /register/v1/parties/{id}/contacts/{contactId}/codes` (dpo of the party): mails a new code. */
export const SendContactCodeRequest = Type.Object({}, closed);
export type SendContactCodeRequest = Static<typeof SendContactCodeRequest>;

/**
 * `POST /register/v1/parties/{id}/contacts/{contactId}/verification` (dpo of the party): the code that was mailed
 * last. A wrong one is counted and leaves the contact as it was: the answer shows its state.
 */
export const VerifyContactRequest = Type.Object(
  { code: Type.String({ pattern: '^[0-9]{8}$', description: 'Eight digits, as mailed' }) },
  closed,
);
export type VerifyContactRequest = Static<typeof VerifyContactRequest>;

/** Answer to all of them. */
export const ContactView = Type.Object(
  {
    id: Uuid,
    partyId: Uuid,
    role: ContactRole,
    mailbox: Mailbox,
    state: Type.Enum(['unverified', 'verified', 'lapsed']),
    /** A code is under way to the mailbox, or lies there, and is still good until then. */
    codeValidUntil: Type.Optional(Instant),
    verifiedAt: Type.Optional(Instant),
    validUntil: Type.Optional(Instant),
  },
  closed,
);
export type ContactView = Static<typeof ContactView>;

/** `GET /register/v1/parties/{id}/contacts`: of the caller's party or of a counterparty; what was removed is not shown. */
export const ContactsView = Type.Object({ items: Type.Array(ContactView) }, closed);
export type ContactsView = Static<typeof ContactsView>;
