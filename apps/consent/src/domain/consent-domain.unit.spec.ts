import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseInstant } from '@convenant/kernel';
import { parseProtocol, type ProtocolModel } from '@convenant/protocol';
import { consentRecord, stateAt, type ConsentFacts } from './consent-record.js';
import { scopeFaults } from './consent-scope.js';
import { validityOf } from './consent-validity.js';
import { missingPoints, unknownPoints } from './information-points.js';
import { withdrawalState } from './withdrawal-state.js';

const receiver = '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e02';
const model = shipped('opgroeien--ocmw-sint-gillis-waas');
const points = model.consent.informationPoints.map(({ id }) => id);
const scope = {
  purpose: 'access-to-social-support',
  items: ['name', 'contact'],
  recipient: { party: receiver, unit: 'ocmw-sociale-dienst', category: 'social-worker' },
};
const now = parseInstant('2026-04-01T10:00:00Z');

function shipped(name: string): ProtocolModel {
  const file = new URL(`../../../../protocols/${name}.yaml`, import.meta.url);
  const parsed = parseProtocol(readFileSync(file, 'utf8'), { format: 'yaml' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  return parsed.model;
}

describe('the scope of a consent', () => {
  it('is fine when purpose, items and recipient are those of the protocol', () => {
    expect(scopeFaults(scope, model, receiver)).toEqual([]);
  });

  it.each([
    ['another purpose', { purpose: 'fraud-detection' }, '/purpose', '2-receiver'],
    ['an item that is not listed', { items: ['name', 'income'] }, '/items/1', '3-items'],
    [
      'another party',
      { recipient: { ...scope.recipient, party: '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e99' } },
      '/recipient',
      '4',
    ],
    ['another unit', { recipient: { ...scope.recipient, unit: 'ocmw-rusthuis' } }, '/recipient', '4'],
    [
      'a recipient reached only onward',
      { recipient: { ...scope.recipient, category: 'integrated-broad-reception' } },
      '/recipient',
      '4',
    ],
  ])('refuses %s with the clause that closes it', (_, change, name, clause) => {
    expect(scopeFaults({ ...scope, ...change }, model, receiver)).toMatchObject([
      { clause, fault: { in: 'body', name } },
    ]);
  });

  it('refuses any consent under a protocol that asks for none', () => {
    const lookups = shipped('fod-justitie--departement-wvg');
    expect(scopeFaults(scope, lookups, receiver)).toMatchObject([
      { clause: lookups.consent.clause, fault: { name: '/protocolId' } },
    ]);
  });
});

describe('information points', () => {
  it('tell what was left out, in the order of the protocol', () => {
    expect(missingPoints([points[3]!, points[0]!], model)).toEqual([points[1], points[2], points[4]]);
    expect(missingPoints(points, model)).toEqual([]);
  });

  it('must be those of the protocol', () => {
    expect(unknownPoints([...points, 'weather'], model)).toMatchObject([
      { name: `/informationPoints/${points.length}` },
    ]);
  });
});

describe('the validity of a consent', () => {
  const notice = { providedAt: now - 60_000 };

  it('is for as many referrals as the protocol says, without end where neither sets one', () => {
    expect(validityOf({ eventTime: now, expiresAt: null }, notice, model, now)).toEqual({
      eventTime: now,
      expiresAt: null,
      occurrences: 1,
    });
  });

  it('never lasts longer than the protocol lets it', () => {
    const limited = { ...model, consent: { ...model.consent, validity: 'P1M' } };
    const month = parseInstant('2026-05-01T10:00:00Z');
    const until = (expiresAt: number | null) => validityOf({ eventTime: now, expiresAt }, notice, limited, now);
    expect(until(null)).toMatchObject({ expiresAt: month });
    expect(until(month + 1)).toMatchObject({ expiresAt: month });
    expect(until(month - 1)).toMatchObject({ expiresAt: month - 1 });
  });

  it.each([
    ['in the future', { eventTime: now + 1, expiresAt: null }, '/eventTime'],
    ['before its notice', { eventTime: now - 60_001, expiresAt: null }, '/eventTime'],
    ['after its own end', { eventTime: now, expiresAt: now }, '/expiresAt'],
  ])('refuses a consent expressed %s', (_, asked, name) => {
    expect(validityOf(asked, notice, model, now)).toMatchObject({ name });
  });
});

describe('the record of a consent', () => {
  const facts: ConsentFacts = {
    id: '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e11',
    subjectRef: '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e12',
    controller: '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e01',
    state: 'given',
    ...scope,
    method: 'oral',
    eventTime: now,
    occurrences: 1,
    expiresAt: now + 1000,
    lawfulBasis: 'statutoryCondition',
    enteredBy: 'u_member',
    notice: {
      id: '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e13',
      noticeVersion: '2026-02',
      language: 'nl',
      informationPoints: points,
    },
    withdrawal: null,
  };

  it('shows an end that has passed without anyone writing it down', () => {
    expect(stateAt(facts, now + 999)).toBe('given');
    expect(stateAt(facts, now + 1000)).toBe('expired');
    expect(consentRecord(facts, now + 1000).events.map(({ state }) => state)).toEqual([
      'ConsentGiven',
      'ConsentExpired',
    ]);
  });

  it('GDPR-7.3 keeps both acts, and every way of giving is a way of withdrawing', () => {
    const record = consentRecord(
      { ...facts, state: 'withdrawn', withdrawal: { at: now + 500, method: 'electronic', enteredBy: 'u_other' } },
      now + 2000,
    );
    expect(record.events).toEqual([
      { state: 'ConsentGiven', time: '2026-04-01T10:00:00.000Z', method: 'oral', entityId: 'u_member' },
      { state: 'ConsentWithdrawn', time: '2026-04-01T10:00:00.500Z', method: 'electronic', entityId: 'u_other' },
    ]);
    expect(record.withdrawalMethods).toContain(record.collectionMethod);
  });
});

describe('a withdrawal', () => {
  const open = { consentId: 'a', enforcement: null };
  const applied = (consentId: string, enforcedAt: number, latencyMs: number, unconfirmed: string[] = []) => ({
    consentId,
    enforcement: { enforcedAt, latencyMs, unconfirmed },
  });

  it('is enforcing while the barrier of one consent is open', () => {
    expect(withdrawalState([open, applied('b', now, 7)])).toMatchObject({
      state: 'enforcing',
      pending: 1,
      latencyMs: null,
    });
  });

  it('is enforced with the last barrier, and names every delivery whose end was not seen', () => {
    expect(withdrawalState([applied('a', now, 7, ['y']), applied('b', now + 5, 12, ['x', 'y'])])).toEqual({
      state: 'enforced',
      pending: 0,
      enforcedAt: now + 5,
      latencyMs: 12,
      unconfirmed: ['x', 'y'],
    });
  });
});
