import { describe, expect, it } from '@jest/globals';
import { decideOnwardDisclosure, type OnwardFacts, type OnwardRequest } from '../index.js';
import {
  factsOf,
  fj,
  inForceFrom,
  og,
  ogConsent,
  receiverParty,
  requestedAt,
  senderParty,
} from '../protocol-files.support.spec.js';

const recipient = { party: null, unit: null, category: 'integrated-broad-reception' };
const request: OnwardRequest = {
  at: requestedAt,
  purpose: 'access-to-social-support',
  items: ['name', 'contact'],
  recipient,
};
const protocol = factsOf(og).protocol!;
const facts: OnwardFacts = { protocol, held: ['name', 'contact'], consent: { ...ogConsent, state: 'used' } };
const withVersion = (change: object) => ({
  protocol: { ...protocol, versions: [{ ...protocol.versions[0]!, ...change }] },
});
const withRecipient = (change: object) =>
  withVersion({
    model: { ...og, recipients: og.recipients.map((one) => (one.onward ? { ...one, ...change } : one)) },
  });

describe('passing on what was received', () => {
  it('OG-4 is permitted to the onward recipients of the text, with the rule that the receiver applies', () => {
    expect(decideOnwardDisclosure(request, facts)).toEqual({
      verdict: 'permitted',
      clause: '4',
      version: 1,
      unit: null,
      rule: og.recipients[1]!.onwardRule,
    });
  });

  it.each<[string, string, string | null, Partial<OnwardRequest>, Partial<OnwardFacts>]>([
    [
      'a category that the text does not name',
      'RECIPIENT_NOT_COVERED',
      '4',
      { recipient: { ...recipient, category: 'insurer' } },
      {},
    ],
    [
      'a recipient that the sender addresses itself',
      'RECIPIENT_NOT_COVERED',
      '4',
      { recipient: { ...recipient, category: 'social-worker' } },
      {},
    ],
    [
      'the receiver as a third party',
      'RECIPIENT_NOT_COVERED',
      '4',
      { recipient: { ...recipient, party: receiverParty } },
      {},
    ],
    [
      'the sender as a third party',
      'RECIPIENT_NOT_COVERED',
      '4',
      { recipient: { ...recipient, party: senderParty } },
      {},
    ],
    [
      'another unit than the one named',
      'RECIPIENT_NOT_COVERED',
      '4',
      { recipient: { ...recipient, unit: 'b' } },
      withRecipient({ unit: 'a' }),
    ],
    [
      'a protocol without onward recipients',
      'RECIPIENT_NOT_COVERED',
      fj.recipientsClause ?? fj.parties.receiver.clause,
      { purpose: fj.purposes[0]!.id },
      { protocol: factsOf(fj).protocol! },
    ],
    ['an item that was not received', 'ITEM_NOT_COVERED', '3-items', { items: ['name', 'income'] }, {}],
    ['an item that is erased', 'ITEM_NOT_COVERED', '3-items', {}, { held: ['name'] }],
    ['another purpose', 'PURPOSE_NOT_AGREED', og.purposes[0]!.clause, { purpose: 'statistics' }, {}],
    ['a time before the protocol', 'PROTOCOL_NOT_IN_FORCE', og.entryIntoForce.clause, { at: inForceFrom - 1 }, {}],
    ['a time after its end', 'PROTOCOL_ENDED', og.endings[0]!.clause, {}, withVersion({ endedAt: requestedAt })],
    ['a suspension', 'PROTOCOL_SUSPENDED', og.entryIntoForce.clause, {}, withVersion({ suspendedFrom: requestedAt })],
    ['a restriction, by law', 'RESTRICTED', null, {}, { subject: { restricted: true, objection: null } }],
    ['an objection, by law', 'OBJECTION_PENDING', null, {}, { subject: { restricted: false, objection: 'pending' } }],
    [
      'a withdrawn consent',
      'CONSENT_WITHDRAWN',
      og.consent.clause,
      {},
      { consent: { ...ogConsent, state: 'withdrawn' } },
    ],
    [
      'an invalid consent',
      'CONSENT_MISSING',
      og.consent.clause,
      {},
      { consent: { ...ogConsent, state: 'invalidated' } },
    ],
  ])('OG-4 refuses %s: %s', (_, code, clause, change, known) => {
    expect(decideOnwardDisclosure({ ...request, ...change }, { ...facts, ...known })).toMatchObject({
      verdict: 'refused',
      code,
      clause,
    });
  });

  it('OG-4 is a gap where a fact cannot be known: a blocked consent, a place that decides who is competent', () => {
    const blocked = { ...facts, consent: { ...ogConsent, blocked: true } };
    expect(decideOnwardDisclosure(request, blocked)).toMatchObject({ verdict: 'gap' });
    const competence = og.recipients[0]!.competence;
    expect(decideOnwardDisclosure(request, { ...facts, ...withRecipient({ competence }) })).toMatchObject({
      verdict: 'gap',
      missing: ['items/contact/postalCode'],
    });
  });

  it('OG-4 tells nobody what a person said who could not have the data anyway', () => {
    const stopped = { ...facts, subject: { restricted: true, objection: null } };
    const foreign = { ...request, recipient: { ...recipient, category: 'insurer' } };
    expect(decideOnwardDisclosure(foreign, stopped)).toMatchObject({ code: 'RECIPIENT_NOT_COVERED' });
  });

  it('OG-4 passes on within the receiver where the text says so', () => {
    const within = { ...facts, ...withRecipient({ partyRole: 'receiver', unit: 'a' }) };
    const unit = { party: receiverParty, unit: 'a', category: recipient.category };
    expect(decideOnwardDisclosure({ ...request, recipient: unit }, within)).toMatchObject({
      verdict: 'permitted',
      unit: 'a',
    });
    expect(decideOnwardDisclosure({ ...request, recipient: { ...unit, party: null } }, within)).toMatchObject({
      code: 'RECIPIENT_NOT_COVERED',
    });
  });
});
