import { describe, expect, it } from '@jest/globals';
import {
  controllerOfTransfer,
  decideDisclosure,
  type DisclosureFacts,
  type DisclosureRequest,
  routeInUse,
  scopeOf,
} from '../index.js';
import {
  effectiveFj,
  factsOf,
  fj,
  inForceFrom,
  ogRequest,
  receiverParty,
  requestedAt,
} from '../protocol-files.support.spec.js';

describe('a look-up under the FJ protocol', () => {
  const user = {
    userRef: 'u_b',
    state: 'authorized' as const,
    task: 'reception',
    capacity: 'social-worker',
    unit: 'justitieel-welzijnswerk',
    secrecy: true,
    items: ['identifier', 'name', 'prison'],
    supervisor: 'u_c',
    validFrom: inForceFrom,
    validUntil: null,
  };
  const request: DisclosureRequest = {
    requestedAt,
    purpose: 'help-and-services-to-detainees',
    items: [
      { item: 'name', fields: {} },
      { item: 'prison', fields: {} },
    ],
    recipient: { party: receiverParty, unit: 'justitieel-welzijnswerk', category: 'authorized-user' },
    channel: { kind: 'integrator' },
    requester: {
      party: receiverParty,
      unit: 'justitieel-welzijnswerk',
      secrecy: true,
      roles: ['agency-user'],
      userRef: 'u_b',
    },
    subjectRef: ogRequest.subjectRef,
    lookup: { identifierKind: 'nationalNumber', task: 'reception' },
  };
  const facts: DisclosureFacts = { ...factsOf(effectiveFj, null), user };
  const look = (change: Partial<DisclosureRequest> = {}, other: Partial<DisclosureFacts> = {}) =>
    decideDisclosure({ ...request, ...change }, { ...facts, ...other });

  it('FJ-III.8 permits over the federal integrator, without consent', () => {
    expect(look()).toMatchObject({
      verdict: 'permitted',
      clause: 'III.3',
      route: { id: 'federal-integrator', clause: 'III.8' },
    });
    expect(look()).not.toHaveProperty('consentId');
  });

  it.each<[string, string, string, Partial<DisclosureRequest>, Partial<DisclosureFacts>]>([
    ['FJ-fn1 refuses without an identifier', 'LOOKUP_NOT_BY_IDENTIFIER', 'fn1', { lookup: undefined }, {}],
    [
      'FJ-fn1 refuses a search by name',
      'LOOKUP_NOT_BY_IDENTIFIER',
      'fn1',
      { lookup: { identifierKind: 'name', task: 'reception' } },
      {},
    ],
    [
      'FJ-III.3 refuses the AFIS number without the statement that neither other number exists',
      'LOOKUP_NOT_BY_IDENTIFIER',
      'fn1',
      { lookup: { identifierKind: 'afisNumber', absentKinds: ['nationalNumber'] } },
      {},
    ],
    ['FJ-III.3 refuses a seventh item', 'ITEM_NOT_COVERED', 'III.3', { items: [{ item: 'offence', fields: {} }] }, {}],
    [
      'FJ-III.3 refuses a seventh item even when an authorisation names it',
      'ITEM_NOT_COVERED',
      'III.3',
      { items: [{ item: 'offence', fields: {} }] },
      { user: { ...user, items: ['offence'] } },
    ],
    [
      'FJ-III.5 refuses an item outside the task of the user',
      'USER_SCOPE',
      'III.5',
      { items: [{ item: 'cell', fields: {} }] },
      {},
    ],
    ['FJ-fn5 refuses without an authorisation', 'USER_SCOPE', 'fn5', {}, { user: null }],
    ['FJ-fn5 refuses a revoked user', 'USER_SCOPE', 'fn5', {}, { user: { ...user, state: 'revoked' } }],
    ['FJ-fn5 refuses a user without a supervisor', 'USER_SCOPE', 'fn5', {}, { user: { ...user, supervisor: null } }],
    [
      'FJ-fn5 refuses after the end of the authorisation',
      'USER_SCOPE',
      'fn5',
      {},
      { user: { ...user, validUntil: requestedAt } },
    ],
    ['FJ-fn5 refuses another task', 'USER_SCOPE', 'fn5', { lookup: { ...request.lookup!, task: 'transport' } }, {}],
    [
      'FJ-fn5 refuses from another unit than the authorised one',
      'USER_SCOPE',
      'fn5',
      { requester: { ...request.requester, unit: 'elders' } },
      {},
    ],
    [
      'FJ-fn5 refuses when token and authorisation differ about secrecy',
      'SECRECY_REQUIRED',
      'fn5',
      {},
      { user: { ...user, secrecy: false } },
    ],
    ['refuses beyond the budget', 'LOOKUP_BUDGET_SPENT', 'fn1', {}, { budget: { spent: 3, limit: 3, clause: 'fn1' } }],
    [
      'FJ-fn5 refuses a shared account',
      'USER_SCOPE',
      'fn5',
      { requester: { ...request.requester, userRef: undefined } },
      {},
    ],
    [
      'FJ-III.9 refuses the direct route while the integrator cooperates',
      'CHANNEL_NOT_AGREED',
      'III.8',
      { channel: { kind: 'direct' } },
      {},
    ],
    [
      'refuses detention data while the parties have not said on which ground',
      'SPECIAL_CATEGORY',
      'III.3',
      {},
      factsOf(fj, null),
    ],
  ])('%s', (_, code, clause, change, other) => {
    expect(look(change, other)).toMatchObject({ verdict: 'refused', code, clause });
  });

  it('FJ-III.9 permits the direct route once non-cooperation is on record', () => {
    expect(look({ channel: { kind: 'direct' } }, { activeFallbacks: ['direct'] })).toMatchObject({
      verdict: 'permitted',
      route: { id: 'direct', clause: 'III.9' },
    });
  });

  it('FJ-III.3 permits the AFIS number with that statement', () => {
    expect(
      look({
        lookup: { ...request.lookup!, identifierKind: 'afisNumber', absentKinds: ['nationalNumber', 'bisNumber'] },
      }).verdict,
    ).toBe('permitted');
  });

  it('FJ-III.5 the table of tasks and capacities binds beside the authorisation, and an unlisted task gets nothing', () => {
    const row = { task: 'reception', basis: null, clause: 'III.5' };
    const scope = [
      { ...row, capacity: null, items: ['name'] },
      { ...row, capacity: 'social-worker', items: ['name', 'prison'] },
    ];
    const users = { ...effectiveFj.lookups!.users, scope };
    const tabled = { ...effectiveFj, lookups: { ...effectiveFj.lookups!, users } };
    const with_ = (change: Partial<typeof user>) =>
      look({}, { ...factsOf(tabled, null), user: { ...user, ...change } });
    expect(with_({}).verdict).toBe('permitted');
    expect(with_({ capacity: 'clerk' })).toMatchObject({
      code: 'USER_SCOPE',
      clause: 'III.5',
      about: ['/items/prison'],
    });
    expect(scopeOf(tabled, 'transport', 'social-worker')).toEqual({ items: [], clause: 'III.5' });
    expect(scopeOf(effectiveFj, 'transport', 'social-worker')).toBeNull();
  });

  it('FJ-III.9 the sender is controller of the transfer while the integrator does not cooperate', () => {
    const agreed = routeInUse(effectiveFj, []);
    const direct = routeInUse(effectiveFj, ['direct']);
    expect([agreed.id, controllerOfTransfer(agreed)]).toEqual(['federal-integrator', 'integrator']);
    expect([direct.id, controllerOfTransfer(direct)]).toEqual(['direct', 'sender']);
  });

  it('FJ-III.1 refuses without a ground of Art. 6(1)(c) or (e) on both sides', () => {
    const without = { ...effectiveFj, legalBases: effectiveFj.legalBases.filter(({ side }) => side === 'receiver') };
    expect(look({}, factsOf(without, null))).toMatchObject({ code: 'GROUND_MISSING', clause: 'III.1' });
  });

  it('FJ-III.1 does not take the ground of a collection for one of the communication', () => {
    const sender = effectiveFj.legalBases.map((basis) =>
      basis.side === 'sender' ? { ...basis, covers: 'collection' as const } : basis,
    );
    expect(look({}, { ...factsOf({ ...effectiveFj, legalBases: sender }, null), user })).toMatchObject({
      code: 'GROUND_MISSING',
    });
  });
});
