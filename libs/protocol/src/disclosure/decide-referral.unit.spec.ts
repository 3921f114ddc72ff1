import { describe, expect, it } from '@jest/globals';
import { parseInstant } from '@convenant/kernel';
import {
  decideDisclosure,
  refusalCodes,
  type ConsentFacts,
  type DisclosureFacts,
  type DisclosureRequest,
} from '../index.js';
import {
  factsOf,
  inForceFrom,
  og,
  ogConsent,
  ogRequest,
  receiverParty,
  requestedAt,
  senderParty,
} from '../protocol-files.support.spec.js';

const decide = (change: Partial<DisclosureRequest> = {}, facts: DisclosureFacts = factsOf(og)) =>
  decideDisclosure({ ...ogRequest, ...change }, facts);
const withConsent = (change: Partial<ConsentFacts>) => factsOf(og, { ...ogConsent, ...change });
const withVersion = (change: object) => {
  const facts = factsOf(og);
  return { ...facts, protocol: { ...facts.protocol!, versions: [{ ...facts.protocol!.versions[0]!, ...change }] } };
};
const contact = ogRequest.items[1]!;
const withContact = (fields: Record<string, string>) => ({
  items: [ogRequest.items[0]!, { item: 'contact', fields: { ...contact.fields, ...fields } }],
});

describe('a referral under the OG protocol', () => {
  it('OG-5-case permits one referral with its clauses, route and the consent it uses up', () => {
    expect(decide()).toEqual({
      verdict: 'permitted',
      clause: '3-items',
      version: 1,
      items: [
        { item: 'name', clause: '3-items' },
        { item: 'contact', clause: '3-items' },
      ],
      recipientClause: 'C-receiver',
      route: {
        id: 'mailbox',
        kind: 'mail7zip',
        address: 'welzijnshuis@sint-gillis-waas.be',
        cipher: '7z-aes-256',
        clause: '6-channel',
      },
      consentId: ogConsent.consentId,
      consumesConsentId: ogConsent.consentId,
    });
  });

  it('takes the agreed address and cipher when the channel names only its kind', () => {
    expect(decide({ channel: { kind: 'mail7zip' } }).verdict).toBe('permitted');
  });

  it.each([
    ['GDPR-16-18 refuses what is restricted', 'RESTRICTED', { restricted: true, objection: null }],
    [
      'GDPR-21 refuses while an objection is not decided',
      'OBJECTION_PENDING',
      { restricted: false, objection: 'pending' },
    ],
    ['GDPR-21 refuses once an objection is upheld', 'OBJECTION_UPHELD', { restricted: false, objection: 'upheld' }],
  ] as const)('%s, by law and not by a clause, and tells nobody who could not have it anyway', (_, code, subject) => {
    expect(decideDisclosure(ogRequest, { ...factsOf(og), subject })).toMatchObject({
      verdict: 'refused',
      code,
      clause: null,
    });
    const foreign = { ...ogRequest, purpose: 'statistics' };
    expect(decideDisclosure(foreign, { ...factsOf(og), subject })).toMatchObject({ code: 'PURPOSE_NOT_AGREED' });
    expect(
      decideDisclosure(ogRequest, { ...factsOf(og), subject: { restricted: false, objection: null } }).verdict,
    ).toBe('permitted');
  });

  it.each<[string, string, string, Partial<DisclosureRequest>]>([
    [
      'OG-11-start refuses one millisecond before 1 March 2026 in Brussels',
      'PROTOCOL_NOT_IN_FORCE',
      '11-start',
      { requestedAt: inForceFrom - 1 },
    ],
    [
      'OG-C-sender refuses a member of another team',
      'SENDER_UNIT_NOT_COVERED',
      'C-sender',
      { requester: { ...ogRequest.requester, unit: 'kg-gent' } },
    ],
    [
      'OG-C-sender refuses a requester without a unit',
      'SENDER_UNIT_NOT_COVERED',
      'C-sender',
      { requester: { ...ogRequest.requester, unit: null } },
    ],
    [
      'OG-C-sender refuses the same unit name of another party',
      'SENDER_UNIT_NOT_COVERED',
      'C-sender',
      { requester: { ...ogRequest.requester, party: receiverParty } },
    ],
    [
      'OG-C-secrecy refuses a team member not bound by secrecy',
      'SECRECY_REQUIRED',
      'C-secrecy',
      { requester: { ...ogRequest.requester, secrecy: false } },
    ],
    ['OG-2-compatibility refuses another purpose', 'PURPOSE_NOT_AGREED', '2-receiver', { purpose: 'statistics' }],
    [
      'OG-6-channel refuses another mailbox',
      'CHANNEL_NOT_AGREED',
      '6-channel',
      { channel: { kind: 'mail7zip', address: 'info@sint-gillis-waas.be' } },
    ],
    [
      'OG-6-channel refuses another cipher',
      'CHANNEL_NOT_AGREED',
      '6-channel',
      { channel: { kind: 'mail7zip', cipher: 'zipcrypto' } },
    ],
    [
      'OG-6-channel refuses another kind of channel',
      'CHANNEL_NOT_AGREED',
      '6-channel',
      { channel: { kind: 'inboxApi' } },
    ],
    [
      'OG-4 refuses another category of recipient',
      'RECIPIENT_NOT_COVERED',
      '4',
      { recipient: { ...ogRequest.recipient, category: 'debt-collector' } },
    ],
    [
      'OG-4 refuses another unit of the receiver',
      'RECIPIENT_NOT_COVERED',
      '4',
      { recipient: { ...ogRequest.recipient, unit: 'ocmw-administratie' } },
    ],
    [
      'OG-4 refuses a recipient that only the receiver may reach onward',
      'RECIPIENT_NOT_COVERED',
      '4',
      { recipient: { ...ogRequest.recipient, category: 'integrated-broad-reception' } },
    ],
    [
      'OG-4 refuses a recipient outside the receiving party',
      'RECIPIENT_NOT_COVERED',
      '4',
      { recipient: { ...ogRequest.recipient, party: senderParty } },
    ],
    [
      'OG-C-items refuses an item that the protocol does not list',
      'ITEM_NOT_COVERED',
      '3-items',
      { items: [...ogRequest.items, { item: 'income', fields: {} }] },
    ],
    [
      'OG-3-items refuses an unlisted field and does not drop it',
      'ITEM_NOT_COVERED',
      '3-items',
      withContact({ birthDate: '2001-01-01' }),
    ],
    [
      'OG-3-items refuses a field named like a property of every object',
      'ITEM_NOT_COVERED',
      '3-items',
      withContact({ constructor: 'x' }),
    ],
    [
      'OG-3-items refuses an item asked for twice',
      'ITEM_NOT_COVERED',
      '3-items',
      { items: [ogRequest.items[0]!, ogRequest.items[0]!] },
    ],
    [
      'OG-3-items refuses a value that is not what its field is for',
      'ITEM_NOT_COVERED',
      '3-items',
      withContact({ phone: 'heeft drie kinderen' }),
    ],
    [
      'OG-3-items refuses a national number hidden in an address',
      'ITEM_NOT_COVERED',
      '3-items',
      withContact({ street: 'Kerkstraat 1 85.07.30-033.28' }),
    ],
    [
      'OG-3-special refuses health data typed into an address',
      'SPECIAL_CATEGORY',
      '3-special',
      withContact({ street: 'Kerkstraat 1 (bipolair)' }),
    ],
    [
      'OG-C-receiver refuses a client of another municipality',
      'RECIPIENT_NOT_COMPETENT',
      'C-receiver',
      withContact({ postalCode: '9100', municipality: 'Sint-Niklaas' }),
    ],
  ])('%s', (_, code, clause, change) => {
    expect(decide(change)).toMatchObject({
      verdict: 'refused',
      code,
      clause,
      explanation: refusalCodes[code as keyof typeof refusalCodes],
    });
  });

  it.each<[string, string, DisclosureFacts]>([
    ['OG-C-consent refuses without consent', 'CONSENT_MISSING', factsOf(og, null)],
    ['OG-C-consent refuses when the client said no', 'CONSENT_MISSING', withConsent({ state: 'refused' })],
    [
      'OG-C-consent refuses a consent that is given only later',
      'CONSENT_MISSING',
      withConsent({ givenAt: requestedAt + 1 }),
    ],
    ['OG-C-consent refuses after the withdrawal', 'CONSENT_WITHDRAWN', withConsent({ state: 'withdrawn' })],
    ['OG-C-consent refuses an expired consent', 'CONSENT_EXPIRED', withConsent({ state: 'expired' })],
    ['OG-C-consent refuses at the very instant of expiry', 'CONSENT_EXPIRED', withConsent({ expiresAt: requestedAt })],
    ['OG-C-consent refuses a consent used for another referral', 'CONSENT_USED', withConsent({ state: 'used' })],
    [
      'OG-C-consent refuses when one of the five information points was not given',
      'CONSENT_NOTICE_INCOMPLETE',
      withConsent({ noticePoints: ogConsent.noticePoints.slice(1) }),
    ],
    [
      'OG-C-consent refuses a consent of another person',
      'CONSENT_SCOPE_MISMATCH',
      withConsent({ subjectRef: 'other' }),
    ],
    ['OG-C-consent refuses a consent for fewer items', 'CONSENT_SCOPE_MISMATCH', withConsent({ items: ['name'] })],
    [
      'OG-C-consent refuses a consent for another recipient',
      'CONSENT_SCOPE_MISMATCH',
      withConsent({ recipient: { ...ogRequest.recipient, unit: 'x' } }),
    ],
    [
      'does not betray the withdrawal of somebody else',
      'CONSENT_SCOPE_MISMATCH',
      withConsent({ subjectRef: 'other', state: 'withdrawn' }),
    ],
  ])('%s', (_, code, facts) => {
    expect(decide({}, facts)).toMatchObject({ verdict: 'refused', code, clause: 'C-consent' });
  });

  it('OG-8 refuses from the instant of the ending on, and not before', () => {
    expect(decide({}, withVersion({ endedAt: requestedAt }))).toMatchObject({ code: 'PROTOCOL_ENDED' });
    expect(decide({}, withVersion({ endedAt: requestedAt + 1 })).verdict).toBe('permitted');
  });

  it('OG-11-notice permits until the end date of a notice', () => {
    const endedAt = parseInstant('2026-10-16T00:00:00+02:00');
    expect(decide({ requestedAt: endedAt - 1 }, withVersion({ endedAt })).verdict).toBe('permitted');
    expect(decide({ requestedAt: endedAt }, withVersion({ endedAt }))).toMatchObject({ code: 'PROTOCOL_ENDED' });
  });

  it('refuses while the protocol is suspended', () => {
    expect(decide({}, withVersion({ suspendedFrom: requestedAt }))).toMatchObject({ code: 'PROTOCOL_SUSPENDED' });
  });

  it('lets the version in force at the request decide, not the latest', () => {
    const facts = factsOf(og);
    const later = { ...og, dataItems: og.dataItems.slice(0, 1) };
    const change = requestedAt + 1000;
    const versions = [
      { version: 1, model: og, effectiveFrom: inForceFrom, endedAt: change },
      { version: 2, model: later, effectiveFrom: change },
    ];
    const both = { ...facts, protocol: { ...facts.protocol!, versions } };
    expect(decide({}, both)).toMatchObject({ verdict: 'permitted', version: 1 });
    expect(decide({ requestedAt: change }, both)).toMatchObject({ verdict: 'refused', code: 'ITEM_NOT_COVERED' });
  });

  it('answers gap where a fact is missing or blocked', () => {
    expect(decide({}, { protocol: null, consent: ogConsent })).toEqual({ verdict: 'gap', missing: ['protocol'] });
    expect(decide({}, withVersion({ blocked: true }))).toMatchObject({ verdict: 'gap', missing: ['protocol/1'] });
    expect(decide({}, withConsent({ blocked: true }))).toMatchObject({
      verdict: 'gap',
      missing: [`consent/${ogConsent.consentId}`],
    });
    expect(decide({ items: [ogRequest.items[0]!] })).toMatchObject({
      verdict: 'gap',
      missing: ['items/contact/postalCode'],
    });
    expect(decide({ items: [] })).toMatchObject({ verdict: 'gap', missing: ['items'] });
  });

  it('accepts names and addresses as people write them', () => {
    for (const lastName of [
      'Van Den Broeck',
      'Peeters',
      "O'Neil",
      'Çelik',
      'De Ziekenhuijsen',
      'Christen',
      'Łukasiewicz-Van der A.',
    ]) {
      const items = [{ item: 'name', fields: { firstName: 'Noa', lastName } }, contact];
      expect([lastName, decide({ items }).verdict]).toEqual([lastName, 'permitted']);
    }
    for (const street of [
      'Ziekenhuisstraat 4',
      'Rue de la Prison 12/3',
      'Kerkstraat 12 bus 3',
      '1 Meilaan 7',
      "Place de l'Église 2",
    ]) {
      expect([street, decide(withContact({ street })).verdict]).toEqual([street, 'permitted']);
    }
  });
});
