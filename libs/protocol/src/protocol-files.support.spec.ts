import { readFileSync } from 'node:fs';
import { parseInstant } from '@convenant/kernel';
import {
  applyDecisions,
  decideProtocol,
  evolveProtocol,
  noProtocol,
  parseProtocol,
  type ConsentFacts,
  type DisclosureFacts,
  type DisclosureRequest,
  type PartyDecision,
  type ProtocolCommand,
  type ProtocolModel,
  type ProtocolState,
} from './index.js';

/** Shared by the specs of this lib: the files that ship, an invented third protocol, requests and facts that are in order. */
export function fileText(name: string): string {
  return readFileSync(new URL(`../../../protocols/${name}`, import.meta.url), 'utf8');
}

function model(name: string): ProtocolModel {
  const parsed = parseProtocol(fileText(name), { format: 'yaml' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  return parsed.model;
}

export const og = model('opgroeien--ocmw-sint-gillis-waas.yaml');
export const fj = model('fod-justitie--departement-wvg.yaml');

/** Made from OG by data alone: other items, units, route, endings; consent as the ground, not used up. No code knows it. */
export const third: ProtocolModel = {
  ...structuredClone(og),
  reference: 'voorbeeldgemeente--voorbeeldschool',
  dataItems: [
    {
      ...structuredClone(og.dataItems[0]!),
      id: 'pupil',
      fields: [
        { name: 'pupilName', label: { nl: 'Naam', fr: 'Nom', en: 'Name' }, format: 'personName', required: true },
      ],
    },
  ],
  recipients: [{ ...structuredClone(og.recipients[0]!), category: 'counsellor', unit: null, competence: null }],
  senderUnits: [],
  consent: { ...structuredClone(og.consent), role: 'legalBasis', informationPoints: [], use: { occurrences: null } },
  legalBases: (['sender', 'receiver'] as const).map((side) => ({
    id: `consent-${side}`,
    side,
    covers: 'use',
    instrument: 'AVG',
    articles: ['6'],
    gdprArt6: 'a',
    clause: '2-receiver',
  })),
  routes: [{ ...structuredClone(og.routes[0]!), id: 'inbox', kind: 'inboxApi', address: null, cipher: null }],
  endings: [{ ...structuredClone(fj.endings[0]!), clause: '11-notice' }],
  openPoints: [],
};

export const senderParty = '01890000-0000-7000-8000-00000000000a';
export const receiverParty = '01890000-0000-7000-8000-00000000000b';
export const protocolId = '01890000-0000-7000-8000-000000000001';
const subjectRef = '01890000-0000-7000-8000-000000000002';
const consentId = '01890000-0000-7000-8000-000000000003';

export const inForceFrom = parseInstant('2026-03-01T00:00:00+01:00');
export const requestedAt = parseInstant('2026-04-10T09:00:00Z');

export const ogRequest: DisclosureRequest = {
  requestedAt,
  purpose: 'access-to-social-support',
  items: [
    { item: 'name', fields: { firstName: 'Ada', lastName: "D'Hondt-Voorbeeld" } },
    {
      item: 'contact',
      fields: {
        street: 'Kerkstraat 12 bus 3',
        postalCode: '9170',
        municipality: 'Sint-Gillis-Waas',
        phone: '+32 3 555 01 02',
        email: 'ada@example.be',
      },
    },
  ],
  recipient: { party: receiverParty, unit: 'ocmw-sociale-dienst', category: 'social-worker' },
  channel: { kind: 'mail7zip', address: 'welzijnshuis@sint-gillis-waas.be', cipher: '7z-aes-256' },
  requester: {
    party: senderParty,
    unit: 'kg-noord-oost-waasland',
    secrecy: true,
    roles: ['agency-user'],
    userRef: 'u_a',
  },
  subjectRef,
  consentId,
};

export const ogConsent: ConsentFacts = {
  consentId,
  subjectRef,
  protocolId,
  purpose: ogRequest.purpose,
  items: ['name', 'contact'],
  recipient: ogRequest.recipient,
  state: 'given',
  noticePoints: og.consent.informationPoints.map(({ id }) => id),
  givenAt: parseInstant('2026-04-09T09:00:00Z'),
};

export function factsOf(version: ProtocolModel, consent: ConsentFacts | null = ogConsent): DisclosureFacts {
  return {
    protocol: {
      protocolId,
      parties: { sender: senderParty, receiver: receiverParty },
      versions: [{ version: 1, model: version, effectiveFrom: inForceFrom }],
    },
    consent,
  };
}

/** Decisions that fill every open point of a protocol. */
export function allDecisions(from: ProtocolModel): PartyDecision[] {
  const values = {
    text: 'Selectielijst lokale besturen',
    date: '2026-02-27',
    period: 'P90D',
    mailbox: 'dpo@example.be',
    sha256: 'c'.repeat(64),
  };
  return from.openPoints.flatMap((point) =>
    point.decidedBy.map((decidedBy) => ({
      openPointId: point.id,
      value: point.value.kind === 'choice' ? point.value.choices![0]! : values[point.value.kind],
      decidedBy,
      capacity: 'data protection officer',
      decidedOn: '2026-02-20',
    })),
  );
}

export const effectiveFj = applyDecisions(fj, allDecisions(fj)).model;

export const documentHash = 'a'.repeat(64);
export const dataHash = 'b'.repeat(64);
const hashes = { documentHash, dataHash };
export const now = parseInstant('2026-02-27T12:00:00Z');

export const draft = (from: ProtocolModel): ProtocolCommand => ({ type: 'draft', model: from, ...hashes });
/** A new version of the same data, in a document of its own. */
export const amendment = (from: ProtocolModel): ProtocolCommand => ({
  type: 'amend',
  model: from,
  ...hashes,
  documentHash: 'c'.repeat(64),
});
export const opinion = (party: 'sender' | 'receiver', change: object = {}): ProtocolCommand => ({
  type: 'recordOpinion',
  commander: { party, roles: ['dpo'] },
  outcome: 'positive',
  givenOn: '2026-02-10',
  followed: true,
  approvesTranscription: true,
  ...hashes,
  ...change,
});
export const signature = (party: 'sender' | 'receiver', signatory: string, change: object = {}): ProtocolCommand => ({
  type: 'sign',
  commander: { party, roles: ['signatory'] },
  signatory,
  signedOn: '2026-02-27',
  method: 'paper',
  ...hashes,
  ...change,
});
export const gapDecision = (decision: PartyDecision): ProtocolCommand => ({
  type: 'decideGap',
  commander: { party: decision.decidedBy, roles: ['dpo'] },
  openPoint: decision.openPointId,
  value: decision.value,
  capacity: decision.capacity,
  decidedOn: decision.decidedOn,
});

/** The state after commands that must all be possible. */
export function given(commands: readonly ProtocolCommand[], at = now, from: ProtocolState = noProtocol): ProtocolState {
  return commands.reduce((state, command) => {
    const decision = decideProtocol(state, command, at);
    if (!decision.events) throw new Error(`${command.type}: ${decision.illegal.reason}`);
    return decision.events.reduce(evolveProtocol, state);
  }, from);
}

/** Everything up to the last signature, and that signature. */
export function agreement(from: ProtocolModel): ProtocolCommand[] {
  const signatures = (['sender', 'receiver'] as const).flatMap((party) =>
    from.parties[party].signatories.map(({ id }) => signature(party, id)),
  );
  return [draft(from), ...allDecisions(from).map(gapDecision), opinion('sender'), opinion('receiver'), ...signatures];
}
