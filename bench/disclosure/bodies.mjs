import { createHash } from 'node:crypto';

/** What the planted system and the requests agree on. All invented. */
export const world = {
  sender: idOf('party', 1),
  receiver: idOf('party', 2),
  protocolId: idOf('protocol', 1),
  unit: 'kg-noord-oost-waasland',
  recipientUnit: 'ocmw-sociale-dienst',
  purpose: 'access-to-social-support',
  subjects: 10_000,
};

/** Beyond this number of the sequence consents are planted as withdrawn. */
export const FIRST_WITHDRAWN = 2 ** 31;

/**
 * Ids that rise like those of the product (RFC 9562, version 7), so that indexes grow at their end as they do there.
 * The same in SQL: `sqlId`.
 * @param {string} kind
 * @param {number} n
 */
export function idOf(kind, n) {
  const hex = n.toString(16).padStart(8, '0');
  const tail = createHash('sha256').update(kind).digest('hex').slice(0, 12);
  return `0190${hex.slice(0, 4)}-${hex.slice(4)}-7000-8000-${tail}`;
}

/** @param {string} kind @param {string} n an SQL expression of a bigint */
export function sqlId(kind, n) {
  const [, , , , tail] = idOf(kind, 0).split('-');
  return `('0190' || lpad(to_hex(${n}), 8, '0') || '70008000${tail}')::uuid`;
}

/** The body of the n-th request: each of its own consent, each consent for one disclosure. @param {number} n */
export function bodyOf(n) {
  return JSON.stringify({
    protocolId: world.protocolId,
    subjectRef: idOf('subject', n % world.subjects),
    consentId: idOf('consent', n),
    purpose: world.purpose,
    items: [
      { item: 'name', fields: { firstName: 'Zoë', lastName: 'Voorbeeldmans' } },
      {
        item: 'contact',
        fields: {
          street: 'Proefstraat 12',
          postalCode: '9170',
          municipality: 'Sint-Gillis-Waas',
          phone: '+32 3 555 01 02',
          email: 'zoe@voorbeeld.example',
        },
      },
    ],
    recipient: { party: world.receiver, unit: world.recipientUnit, category: 'social-worker' },
    channel: { kind: 'mail7zip' },
  });
}
