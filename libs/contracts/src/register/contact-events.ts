import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { closed, Instant, Mailbox, Uuid } from '../lib/shapes.js';

export const ContactRole = Type.Union([Type.Literal('dpo'), Type.Literal('breach'), Type.Literal('protocolMailbox')]);

const contact = { contactId: Uuid, partyId: Uuid, role: ContactRole, mailbox: Mailbox };

export const contactChanged = defineEvent('register', 'contact.changed', {
  aggregate: 'contact',
  sees: ['P', 'C'],
  classification: 'none',
  summary: 'A party has a new functional mailbox, or one no longer. It counts as verified only once that was shown.',
  data: Type.Object(
    { ...contact, change: Type.Union([Type.Literal('added'), Type.Literal('removed')]), changedAt: Instant },
    closed,
  ),
});

export const contactVerified = defineEvent('register', 'contact.verified', {
  aggregate: 'contact',
  sees: ['P', 'C'],
  classification: 'none',
  summary: 'Somebody who reads the mailbox gave back the code that was mailed to it; it counts until `validUntil`.',
  data: Type.Object({ ...contact, verifiedAt: Instant, validUntil: Instant }, closed),
});

export const contactVerificationLapsed = defineEvent('register', 'contact.verification.lapsed', {
  aggregate: 'contact',
  sees: ['P', 'C'],
  classification: 'none',
  summary: 'The verification of a mailbox is too old to rely on: its party has to show again that it is read.',
  data: Type.Object({ ...contact, lapsedAt: Instant }, closed),
});

export const contactEvents = [contactChanged, contactVerified, contactVerificationLapsed] as const;
