import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseInstant } from '@convenant/kernel';
import {
  accessionFindings,
  decideDisclosure,
  decideOnwardDisclosure,
  type ConsentFacts,
  type DisclosureFacts,
  type DisclosureRequest,
  type ProtocolFacts,
  type ProtocolModel,
} from '../index.js';
import { framework, modelgem } from './framework.support.spec.js';

const start = parseInstant('2026-05-20T00:00:00Z');
const narrowed = parseInstant('2026-10-01T00:00:00Z');
const [SENDER, RECEIVER] = ['sender', 'receiver'];
const parties = { sender: SENDER, receiver: RECEIVER };

type Edit = (model: any) => void;
const edited = (edit: Edit, of: ProtocolModel = framework): ProtocolModel => {
  const copy = structuredClone(of);
  edit(copy);
  return copy;
};

/** An accession to a framework that is another one from `narrowed` on. */
function factsWith(amended: ProtocolModel, accession = modelgem, consent: ConsentFacts | null = null): DisclosureFacts {
  const ofFramework: ProtocolFacts = {
    ...{ protocolId: 'framework', parties: { sender: SENDER, receiver: 'another' } },
    versions: [
      { version: 1, model: framework, effectiveFrom: start },
      { version: 2, model: amended, effectiveFrom: narrowed },
    ],
  };
  const versions = [{ version: 1, model: accession, effectiveFrom: start }];
  return { protocol: { protocolId: 'accession', parties, versions, framework: ofFramework }, consent };
}

const applicant = { item: 'applicant', fields: { bisNumber: '84492311838', fullName: 'Zoë Voorbeeldmans' } };
const dwelling = { item: 'dwelling', fields: { street: 'Proefstraat 12', postalCode: '9991' } };
const request = (requestedAt: number, change: Partial<DisclosureRequest> = {}): DisclosureRequest => ({
  requestedAt,
  ...{ purpose: 'local-housing-premium', items: [applicant, dwelling], subjectRef: 'person' },
  recipient: { party: RECEIVER, unit: 'woonloket-modelgem', category: 'housing-desk' },
  channel: { kind: 'inboxApi' },
  requester: { party: SENDER, unit: null, secrecy: false, roles: ['agency'] },
  ...change,
});
const onward = (facts: DisclosureFacts, at: number, items = ['applicant', 'dwelling']) =>
  decideOnwardDisclosure(
    { at, items, purpose: 'local-housing-premium', recipient: { party: null, unit: null, category: 'housing-bank' } },
    { protocol: facts.protocol!, held: ['applicant', 'dwelling'], consent: null },
  );
const thirdParty = {
  ...{ category: 'housing-bank', partyRole: 'thirdParty', unit: null, onward: true, onwardRule: null, clause: '4' },
  ...{ label: { nl: 'Bank', fr: 'Banque', en: 'Bank' }, requiresSecrecy: false, secrecyClause: null, competence: null },
};
const withOnward: Edit = (model) => model.recipients.push(structuredClone(thirdParty));

/** What an amendment takes away, and the code under which a request that uses it is refused from then on. */
const narrowings: [string, Edit, string, string][] = [
  ['its purpose', (m) => (m.purposes[0].id = 'other'), 'PURPOSE_NOT_AGREED', '/purpose'],
  ['an item', (m) => m.dataItems.pop(), 'ITEM_NOT_COVERED', '/items/dwelling'],
  ['a field', (m) => m.dataItems[1].fields.pop(), 'ITEM_NOT_COVERED', '/items/dwelling'],
  ['a kind of value', (m) => (m.dataItems[0].fields[0].format = 'code'), 'ITEM_NOT_COVERED', '/items/applicant'],
  ['the category', (m) => (m.recipients[0].category = 'notary'), 'RECIPIENT_NOT_COVERED', '/recipient'],
  ['readers without secrecy', (m) => (m.recipients[0].requiresSecrecy = true), 'RECIPIENT_NOT_COVERED', '/recipient'],
  ['the route', (m) => (m.routes[0].kind = 'direct'), 'CHANNEL_NOT_AGREED', '/channel'],
  ['doing without consent', (m) => (m.consent.required = true), 'CONSENT_MISSING', '/consentId'],
];

describe('an accession whose framework was amended to be narrower', () => {
  it.each(narrowings)(
    'permits no more from the very instant on when it loses %s, and quotes its own clause',
    (_, edit, code, about) => {
      const facts = factsWith(edited(edit));
      expect(decideDisclosure(request(narrowed - 1), facts)).toMatchObject({ verdict: 'permitted', version: 1 });
      expect(decideDisclosure(request(narrowed), facts)).toMatchObject({
        ...{ verdict: 'refused', code, clause: '1-framework', about: [about] },
        explanation: { nl: expect.any(String) },
      });
    },
  );

  it('goes on with all that is left', () => {
    const facts = factsWith(edited((model) => model.dataItems.pop()));
    expect(decideDisclosure(request(narrowed, { items: [applicant] }), facts)).toMatchObject({ verdict: 'permitted' });
  });

  it('names its own clause first where it does not cover a request itself', () => {
    const facts = factsWith(edited((model) => (model.purposes[0].id = 'tax-inspection')));
    expect(decideDisclosure(request(narrowed, { purpose: 'tax-inspection' }), facts)).toMatchObject({
      code: 'PURPOSE_NOT_AGREED',
      clause: '2',
    });
  });

  it('lets nothing be passed on that its framework does not let be passed on', () => {
    const accession = edited(withOnward, modelgem);
    const same = factsWith(edited(withOnward), accession);
    expect(onward(same, narrowed)).toMatchObject({ verdict: 'permitted' });
    const refusedFor = (edit: Edit) =>
      onward(
        factsWith(
          edited((model) => (withOnward(model), edit(model))),
          accession,
        ),
        narrowed,
      );
    expect(refusedFor((model) => model.recipients.pop())).toMatchObject({ code: 'RECIPIENT_NOT_COVERED' });
    expect(refusedFor((model) => model.dataItems.pop())).toMatchObject({
      ...{ code: 'ITEM_NOT_COVERED', clause: '1-framework', about: ['/items/1'] },
    });
    expect(refusedFor((model) => (model.purposes[0].id = 'other'))).toMatchObject({ code: 'PURPOSE_NOT_AGREED' });
  });

  it('asks the consent that its framework asks, for as long as it takes one, and uses it up where it does', () => {
    const strict = edited(({ consent }) => {
      Object.assign(consent, { required: true, use: { occurrences: 1 }, validity: 'P6M' });
    });
    const given = (givenAt: number): ConsentFacts => ({
      ...{ consentId: 'consent', subjectRef: 'person', protocolId: 'accession', purpose: 'local-housing-premium' },
      ...{
        items: ['applicant', 'dwelling'],
        recipient: request(0).recipient,
        state: 'given',
        noticePoints: [],
        givenAt,
      },
    });
    const decided = (givenAt: number) =>
      decideDisclosure(request(narrowed, { consentId: 'consent' }), factsWith(strict, modelgem, given(givenAt)));
    expect(decided(narrowed - 1)).toMatchObject({ verdict: 'permitted', consumesConsentId: 'consent' });
    expect(decided(parseInstant('2026-03-01T00:00:00Z'))).toMatchObject({
      code: 'CONSENT_EXPIRED',
      clause: '1-framework',
    });
  });

  it('stands only while its framework does, and waits for what is not known of it', () => {
    const facts = factsWith(framework);
    const { framework: of, ...alone } = facts.protocol!;
    const decided = (its: ProtocolFacts | null | undefined, at = narrowed) =>
      decideDisclosure(request(at), {
        ...facts,
        protocol: { ...alone, ...(its === undefined ? null : { framework: its }) },
      });
    expect(decided(undefined)).toEqual({ verdict: 'gap', missing: ['framework'], clause: '1-framework' });
    expect(decided(null)).toMatchObject({ verdict: 'gap' });
    const every = (change: object) => ({
      ...of!,
      versions: of!.versions.map((version) => ({ ...version, ...change })),
    });
    expect(decided(every({ blocked: true }))).toMatchObject({ missing: ['framework/protocol/1'] });
    expect(decided(every({ endedAt: narrowed }))).toMatchObject({ code: 'PROTOCOL_ENDED', clause: '1-framework' });
    expect(decided(every({ suspendedFrom: narrowed }))).toMatchObject({ code: 'PROTOCOL_SUSPENDED' });
    expect(decided(of!, parseInstant('2028-05-31T22:00:00Z'))).toMatchObject({ code: 'PROTOCOL_ENDED' });
  });

  it('is never permitted more by its framework, and nothing is refused for it while no wider part is found', () => {
    const edits = fc.subarray(narrowings.map(([, edit]) => edit));
    const items = fc.subarray([applicant, dwelling], { minLength: 1 });
    fc.assert(
      fc.property(edits, items, fc.boolean(), (taken, asked, before) => {
        const amended = edited((model) => {
          // A field is taken before the item that has it.
          for (const edit of [...taken].reverse()) edit(model);
        });
        const at = before ? narrowed - 1 : narrowed;
        const facts = factsWith(amended);
        const one = request(at, { items: asked });
        const alone = decideDisclosure(one, factsWith(framework));
        const verdict = decideDisclosure(one, facts);
        expect(alone.verdict).toBe('permitted');
        const standing = { standing: 'inForce' as const, model: amended, effectiveFrom: start, endsAt: null };
        const wider = accessionFindings(modelgem, standing).length > 0;
        if (before || !wider) expect(verdict).toEqual(alone);
        if (verdict.verdict === 'permitted') expect(verdict).toMatchObject(alone);
        else expect(verdict).toMatchObject({ clause: '1-framework' });
      }),
    );
  });
});
