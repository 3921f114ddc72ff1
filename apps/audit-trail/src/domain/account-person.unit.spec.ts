import { describe, expect, it } from '@jest/globals';
import type { AccountEntry } from './account-entry.js';
import { personStateOf } from './account-person.js';

const at = '2026-06-15T09:30:00.000Z';
let sequence = 0;
const entry = (type: string, data: object) =>
  ({ type, data, time: at, recordedTime: at, sequence: (sequence += 1) }) as unknown as AccountEntry;
const request = { requestId: 'r', protocolId: 'p', party: 's', subjectRef: 'x' };

describe('what an account says of the person', () => {
  it('GDPR-15 tells of an objection that is open, and of one that was decided', () => {
    const received = entry('rightsRequest.received', {
      ...request,
      right: 'objection',
      receivedAt: at,
      cautiousDueAt: 'a',
    });
    expect(personStateOf([received]).requests).toEqual([
      { requestId: 'r', protocolId: 'p', right: 'objection', state: 'open', receivedAt: at, dueAt: 'a', reasons: [] },
    ]);
    const extended = entry('rightsRequest.extended', { ...request, cautiousDueAt: 'b' });
    const refused = entry('rightsRequest.refused', { ...request, reasons: ['compellingGrounds'], refusedAt: 'c' });
    expect(personStateOf([received, extended, refused]).requests).toMatchObject([
      { state: 'refused', dueAt: 'b', decidedAt: 'c', reasons: ['compellingGrounds'] },
    ]);
  });

  it('GDPR-15 tells what is restricted, and since when it is not any more', () => {
    const restriction = { restrictionId: 't', ...request };
    const applied = entry('restriction.applied', { ...restriction, ground: 'neededForClaims', appliedAt: at });
    expect(personStateOf([applied]).restrictions).toEqual([
      { restrictionId: 't', protocolId: 'p', ground: 'neededForClaims', appliedAt: at },
    ]);
    const lifted = entry('restriction.lifted', { ...restriction, reason: 'claimsEnded', liftedAt: 'd' });
    expect(personStateOf([applied, lifted]).restrictions).toMatchObject([{ liftedAt: 'd', reason: 'claimsEnded' }]);
  });

  it('GDPR-15 tells whether the reference still leads to anybody', () => {
    expect(personStateOf([]).mapping).toEqual({ state: 'kept' });
    const erased = entry('subject.mapping.erased', { subjectRef: 'x', protocolId: 'p', erasedAt: 'e' });
    expect(personStateOf([erased]).mapping).toEqual({ state: 'erased', erasedAt: 'e' });
  });
});
