import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decideDisclosure,
  isRefusalCode,
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
  third,
} from '../protocol-files.support.spec.js';

const decide = (change: Partial<DisclosureRequest> = {}, facts: DisclosureFacts = factsOf(og)) =>
  decideDisclosure({ ...ogRequest, ...change }, facts);
const contact = ogRequest.items[1]!;

describe('a third protocol, made of data alone', () => {
  const request: DisclosureRequest = {
    ...ogRequest,
    items: [{ item: 'pupil', fields: { pupilName: 'Noa Voorbeeld' } }],
    recipient: { party: receiverParty, unit: 'any-unit', category: 'counsellor' },
    channel: { kind: 'inboxApi' },
    requester: { ...ogRequest.requester, unit: null },
  };
  const consent = { ...ogConsent, items: ['pupil'], recipient: request.recipient, noticePoints: [] };

  it('runs without any code of its own, on consent as the ground that is not used up', () => {
    const verdict = decideDisclosure(request, factsOf(third, consent));
    expect(verdict).toMatchObject({ verdict: 'permitted', consentId: consent.consentId, route: { id: 'inbox' } });
    expect(verdict).not.toHaveProperty('consumesConsentId');
  });

  it('is a closed world of its own', () => {
    expect(decideDisclosure({ ...request, items: ogRequest.items }, factsOf(third, consent))).toMatchObject({
      code: 'ITEM_NOT_COVERED',
    });
  });
});

describe('properties of a decision', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'name',
      'contact',
      'firstName',
      'street',
      'postalCode',
      '9170',
      'kg-noord-oost-waasland',
      'social-worker',
      '__proto__',
      'toString',
    ),
    fc.string(),
  );
  const anyRequest: fc.Arbitrary<DisclosureRequest> = fc.record({
    requestedAt: fc.integer({ min: inForceFrom - 1e9, max: inForceFrom + 1e10 }),
    purpose: fc.oneof(fc.constant(ogRequest.purpose), word),
    items: fc.oneof(
      fc.constant(ogRequest.items),
      fc.array(fc.record({ item: word, fields: fc.dictionary(word, word) }), { maxLength: 3 }),
    ),
    recipient: fc.oneof(fc.constant(ogRequest.recipient), fc.record({ party: word, unit: word, category: word })),
    channel: fc.oneof(
      fc.constant(ogRequest.channel),
      fc.record({ kind: fc.constantFrom('mail7zip', 'direct', 'inboxApi', 'integrator'), address: word }),
    ),
    requester: fc.oneof(
      fc.constant(ogRequest.requester),
      fc.record({ party: word, unit: fc.option(word), secrecy: fc.boolean(), roles: fc.array(word) }),
    ),
    subjectRef: fc.oneof(fc.constant(ogRequest.subjectRef), word),
  });
  const anyConsent: fc.Arbitrary<ConsentFacts | null> = fc.option(
    fc
      .record({
        state: fc.constantFrom<ConsentFacts['state']>(
          'given',
          'withdrawn',
          'refused',
          'expired',
          'used',
          'invalidated',
        ),
        items: fc.oneof(fc.constant(ogConsent.items), fc.array(word)),
      })
      .map((change) => ({ ...ogConsent, ...change })),
  );

  it('gives the same verdict for the same facts, changes nothing, and refuses with a code of the table', () => {
    fc.assert(
      fc.property(anyRequest, anyConsent, (request, consent) => {
        const facts = factsOf(og, consent);
        const before = JSON.stringify([request, facts]);
        const verdict = decideDisclosure(request, facts);
        expect(decideDisclosure(structuredClone(request), structuredClone(facts))).toEqual(verdict);
        expect(JSON.stringify([request, facts])).toBe(before);
        if (verdict.verdict === 'refused') expect(isRefusalCode(verdict.code)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('depends on the facts alone: not on their order, nor on facts that it is not about', () => {
    const turned = <T>(list: readonly T[]): T[] => [...list].reverse();
    /** The same object, its keys written in the other order. */
    const rekeyed = <T extends object>(object: T): T => Object.fromEntries(turned(Object.entries(object))) as T;
    fc.assert(
      fc.property(anyRequest, anyConsent, fc.integer({ min: 1 }), (request, consent, later) => {
        const facts = factsOf(og, consent);
        const protocol = facts.protocol!;
        const told = rekeyed<DisclosureFacts>({
          ...facts,
          protocol: rekeyed({
            ...protocol,
            // What is still being agreed on, and what comes into force after the request, decides nothing.
            versions: [
              { version: 3, model: third, effectiveFrom: null },
              { version: 2, model: third, effectiveFrom: request.requestedAt + later },
              ...protocol.versions,
            ],
          }),
          consent: consent && {
            ...rekeyed(consent),
            items: turned(consent.items),
            noticePoints: [...turned(consent.noticePoints), 'a-point-that-nobody-asks-for'],
          },
        });
        expect(decideDisclosure(rekeyed(request), told)).toEqual(decideDisclosure(request, facts));
      }),
      { numRuns: 1000 },
    );
  });

  it('never permits what a clause does not allow', () => {
    fc.assert(
      fc.property(anyRequest, anyConsent, (request, consent) => {
        const verdict = decideDisclosure(request, factsOf(og, consent));
        if (verdict.verdict !== 'permitted') return;
        expect(request.requestedAt).toBeGreaterThanOrEqual(inForceFrom);
        expect(consent?.state).toBe('given');
        for (const { item, fields } of request.items) {
          const listed = og.dataItems.find(({ id }) => id === item);
          for (const name of Object.keys(fields)) expect(listed?.fields.map((field) => field.name)).toContain(name);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('OG-3-items refuses whatever is not listed, whatever its name', () => {
    fc.assert(
      fc.property(
        fc
          .string()
          .filter(
            (name) =>
              !contact.fields[name] && !['street', 'postalCode', 'municipality', 'phone', 'email'].includes(name),
          ),
        fc.string(),
        (name, value) => {
          const fields = Object.defineProperty({ ...contact.fields }, name, {
            value,
            enumerable: true,
            configurable: true,
            writable: true,
          }) as Record<string, string>;
          expect(decide({ items: [ogRequest.items[0]!, { item: 'contact', fields }] })).toMatchObject({
            code: 'ITEM_NOT_COVERED',
          });
          expect(decide({ items: [...ogRequest.items, { item: `x${name}`, fields: {} }] })).toMatchObject({
            code: 'ITEM_NOT_COVERED',
          });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('OG-11-start refuses at every instant before it is in force', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: inForceFrom - 1 }), (at) =>
        expect(decide({ requestedAt: at })).toMatchObject({ code: 'PROTOCOL_NOT_IN_FORCE' }),
      ),
    );
  });

  it('explains every code in the three languages', () => {
    expect(Object.keys(refusalCodes)).toHaveLength(24);
    for (const { nl, fr, en } of Object.values(refusalCodes))
      expect([nl, fr, en].every((text) => text.length > 10)).toBe(true);
  });
});
