import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseInstant } from '@convenant/kernel';
import { decideProtocol, parseProtocol, type ProtocolCommand } from '@convenant/protocol';
import { checkDraft } from './draft-check.js';
import { endingState } from './ending-state.js';
import { partyIdentity, partyMismatches, type PartyIdentity } from './party-identity.js';
import { asRecorded, roleOf, stateAt, type HistoryEntry } from './protocol-history.js';
import { protocolSummary, protocolView } from './protocol-view.js';

const file = readFileSync(
  new URL('../../../../protocols/opgroeien--ocmw-sint-gillis-waas.yaml', import.meta.url),
  'utf8',
);
const parties = {
  sender: partyIdentity('0886.886.638', undefined)!,
  receiver: partyIdentity('0212169781', undefined)!,
};
const ids = { sender: '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e01', receiver: '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e02' };
const now = parseInstant('2026-02-27T10:00:00Z');
const documentHash = 'a'.repeat(64);
const dataHash = 'b'.repeat(64);

const check = (text: string, of: { sender: PartyIdentity; receiver: PartyIdentity } = parties) =>
  checkDraft({ parsed: parseProtocol(text, { format: 'yaml' }), parties: of, framework: null, other: null }, now);

function modelOf() {
  const checked = check(file);
  if (!checked.valid) throw new Error(JSON.stringify(checked.findings));
  return checked.model;
}

describe('the identity of a party', () => {
  it('has one spelling, and none with wrong check digits', () => {
    expect(partyIdentity('0886.886.638', undefined)).toEqual({ enterpriseNumber: '0886886638', unitCode: null });
    expect(partyIdentity('0886.886.639', undefined)).toBeNull();
  });

  it('OG-parties must be that of the file, number and unit', () => {
    const model = modelOf();
    expect(partyMismatches(model, parties)).toEqual([]);
    const other = { ...parties, receiver: { ...parties.receiver, unitCode: 'OVO000000' } };
    expect(partyMismatches(model, other)).toMatchObject([
      { code: 'PARTY_MISMATCH', severity: 'error', clause: 'parties' },
    ]);
    expect(partyMismatches(model, { sender: parties.receiver, receiver: parties.sender })).toHaveLength(2);
  });

  it('FJ-II may have a unit that a text with the number of a whole authority leaves open', () => {
    const model = modelOf();
    const { receiver } = model.parties;
    const whole = {
      ...model,
      parties: { ...model.parties, receiver: { ...receiver, kboScope: 'wholeAuthority' as const } },
    };
    const withUnit = { ...parties, receiver: { ...parties.receiver, unitCode: 'OVO000000' } };
    expect(partyMismatches(whole, withUnit)).toEqual([]);
  });
});

describe('a protocol file', () => {
  it('OG-title is valid with its findings, each with clause and place', () => {
    const checked = check(file);
    expect(checked.valid).toBe(true);
    for (const finding of checked.findings)
      expect(finding).toMatchObject({ severity: expect.stringMatching(/warning|note/) });
  });

  it.each([
    ['text that is no YAML', `${file}\n  - : [`, 'FILE_UNREADABLE'],
    [
      'an enterprise number with wrong check digits',
      file.replace('kbo: 0886.886.638', 'kbo: 0886.886.639'),
      'ENTERPRISE_NUMBER_INVALID',
    ],
    ['a key that does not exist', file.replace('format: 1', 'format: 1\nfromat: 1'), 'KEY_UNKNOWN'],
    ['a character that no database keeps', file.replace('{ place: Brussel', '{ place: "Brus\\0sel"'), 'VALUE_INVALID'],
  ])('is refused for %s, with line and column', (_, text, code) => {
    const checked = check(text);
    expect(checked.valid).toBe(false);
    expect(checked.findings).toContainEqual(
      expect.objectContaining({ code, severity: 'error', line: expect.any(Number), column: expect.any(Number) }),
    );
  });

  it('is refused when it is for other parties than those it names', () => {
    const checked = check(file, { ...parties, sender: partyIdentity('0308.357.753', undefined)! });
    expect(checked).toMatchObject({ valid: false });
    expect(checked.findings.find(({ code }) => code === 'PARTY_MISMATCH')).toMatchObject({
      pointer: '/parties/sender',
      line: expect.any(Number),
    });
  });
});

describe('a protocol as the fold of its events', () => {
  const history: HistoryEntry[] = [];
  let clock = now;
  const entryId = () => `0197f0a4-6c1e-7b5a-9f43-${String(history.length).padStart(12, '0')}`;
  const run = (command: ProtocolCommand) => {
    const decision = decideProtocol(stateAt(history, clock), command, clock);
    if (decision.illegal) throw new Error(decision.illegal.reason);
    for (const event of decision.events.map(asRecorded)) {
      history.push({ aggregateVersion: history.length + 1, event, factId: entryId(), recordedAt: clock });
    }
  };
  const hashes = { documentHash, dataHash };
  const view = () => protocolView('p', ids, history, clock);

  it('OG-parties waits for opinions, signatures and open points until all are there, then is active from its date', () => {
    run({ type: 'draft', model: modelOf(), ...hashes });
    expect(view()).toMatchObject({ state: 'drafted', version: 1, ...hashes });
    expect(view().waitsFor).toEqual(
      expect.arrayContaining(['opinion:sender', 'opinion:receiver', 'signature:mayor', 'openPoint:client-declines']),
    );
    for (const party of ['sender', 'receiver'] as const) {
      run({
        type: 'recordOpinion',
        commander: { party, roles: ['dpo'] },
        outcome: 'positive',
        givenOn: '2026-01-06',
        followed: true,
        approvesTranscription: true,
        ...hashes,
      });
    }
    const dpo = { party: 'receiver', roles: ['dpo'] } as const;
    const decision = { type: 'decideGap', commander: dpo, capacity: 'functionaris', decidedOn: '2026-02-20' } as const;
    run({ ...decision, openPoint: 'client-declines', value: 'erase' });
    run({ ...decision, openPoint: 'phase1-ceiling', value: 'P6M' });
    for (const [party, signatory] of [
      ['sender', 'administrator-general'],
      ['receiver', 'mayor'],
      ['receiver', 'general-director'],
    ] as const) {
      const commander = { party, roles: ['signatory'] };
      run({ type: 'sign', commander, signatory, signedOn: '2026-02-27', method: 'paper', ...hashes });
    }
    expect(view()).toMatchObject({ state: 'active', effectiveFrom: '2026-02-28T23:00:00.000Z', waitsFor: [] });
    expect(view().opinions).toHaveLength(2);
    expect(view().signatures.map(({ signatory }) => signatory)).toEqual([
      'administrator-general',
      'mayor',
      'general-director',
    ]);
  });

  it('shows a decision as a decision and fills the effective text with it', () => {
    const { openPoints, decisions, model } = view();
    expect(openPoints.find(({ id }) => id === 'client-declines')).toMatchObject({ decided: true, required: true });
    expect(openPoints.find(({ id }) => id === 'notice-start')).toMatchObject({ decided: false });
    expect(decisions[0]).toMatchObject({
      openPoint: 'client-declines',
      value: 'erase',
      decidedBy: { party: ids.receiver },
    });
    expect(model).toMatchObject({ retention: { rules: [{ onDeclined: 'erase' }, {}] } });
  });

  it('OG-11-notice has ended once the day of the notice has come, without a further event', () => {
    run({ type: 'giveNotice', commander: { party: 'receiver', roles: ['signatory'] } });
    const { endsAt, state } = protocolSummary('p', ids, history, clock);
    expect(state).toBe('noticeGiven');
    clock = parseInstant(endsAt!) - 1;
    expect(view().state).toBe('noticeGiven');
    clock += 1;
    expect(view()).toMatchObject({ state: 'ended', endsAt });
  });
});

describe('an ending', () => {
  it('is scheduled, enforcing, enforced', () => {
    expect(endingState({ endsAt: now + 1, enforcedAt: null }, now)).toBe('scheduled');
    expect(endingState({ endsAt: now, enforcedAt: null }, now)).toBe('enforcing');
    expect(endingState({ endsAt: now, enforcedAt: now }, now)).toBe('enforced');
  });
});

it('a caller of neither party has no role in a protocol', () => {
  expect(roleOf(ids, ids.sender)).toBe('sender');
  expect(roleOf(ids, ids.receiver)).toBe('receiver');
  expect(roleOf(ids, '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e03')).toBeNull();
  expect(roleOf(ids, undefined)).toBeNull();
});
