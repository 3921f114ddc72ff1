import { describe, expect, it } from '@jest/globals';
import { parseInstant } from '@convenant/kernel';
import {
  answerFault,
  extensionFault,
  informationDue,
  isInformedLate,
  refusalFault,
  refusalReasons,
  reminderDue,
  rightsDeadline,
  type Right,
  type RightsAnswer,
  type RightsRequestFacts,
} from '../index.js';

const on = parseInstant;
const received = on('2026-06-15T11:30:00+02:00');
const request = (right: Right, change: Partial<RightsRequestFacts> = {}): RightsRequestFacts => ({
  right,
  receivedAt: received,
  extendedAt: null,
  closed: false,
  identifiable: true,
  identityChecked: true,
  ...change,
});
const granted: RightsAnswer = {
  verdict: 'granted',
  identityChecked: false,
  reasons: [],
  restrictionGround: false,
  erasureGround: false,
  namesDisclosures: false,
  namesReports: false,
};
const rights: Right[] = ['access', 'rectification', 'erasure', 'restriction', 'objection', 'withdrawal'];
/** What each right needs beside a plain grant. */
const fitting: Record<Right, Partial<RightsAnswer>> = {
  access: {},
  rectification: { namesReports: true },
  erasure: { erasureGround: true },
  restriction: { restrictionGround: true },
  objection: {},
  withdrawal: {},
};

describe('a request of a data subject', () => {
  it('GDPR-12 is due one month after receipt, three when it was extended, both ways of counting', () => {
    expect(rightsDeadline(request('access'))).toEqual({
      cautiousAt: on('2026-07-15T00:00:00+02:00'),
      regulationAt: on('2026-07-16T00:00:00+02:00'),
    });
    const extended = rightsDeadline(request('access', { extendedAt: received }));
    expect(extended.cautiousAt).toBe(on('2026-09-15T00:00:00+02:00'));
  });

  it.each([
    ['within the month', request('access'), '2026-07-01T10:00:00+02:00', undefined],
    ['on the last day by the Regulation', request('access'), '2026-07-15T23:59:00+02:00', undefined],
    ['after the month', request('access'), '2026-07-16T00:00:00+02:00', 'TRANSITION_ILLEGAL'],
    ['a second time', request('access', { extendedAt: received }), '2026-07-01T10:00:00+02:00', 'CONFLICT'],
    ['once decided', request('access', { closed: true }), '2026-07-01T10:00:00+02:00', 'CONFLICT'],
    ['before the receipt', request('access'), '2026-06-14T10:00:00+02:00', 'INPUT_INVALID'],
    ['in the future', request('access'), '2026-12-14T10:00:00+02:00', 'INPUT_INVALID'],
  ])('GDPR-12 is extended %s or not', (_, facts, toldAt, code) => {
    expect(extensionFault(facts, on(toldAt), on('2026-07-20T00:00:00+02:00'))?.code).toBe(code);
  });

  it.each(rights)('%s is granted with what belongs to it, and with nothing else', (right) => {
    expect(answerFault(request(right), { ...granted, ...fitting[right] })).toBeNull();
    for (const other of rights.filter((candidate) => fitting[candidate] !== fitting[right])) {
      if (Object.keys(fitting[other]).length > 0) {
        expect(answerFault(request(right), { ...granted, ...fitting[right], ...fitting[other] })).toMatchObject({
          code: 'INPUT_INVALID',
        });
      }
    }
  });

  it('is granted to a person who has shown who they are, once, and while a reference leads to them', () => {
    expect(answerFault(request('access', { identityChecked: false }), granted)?.field).toBe('/identityCheck');
    const checkedNow = { ...granted, identityChecked: true };
    expect(answerFault(request('access', { identityChecked: false }), checkedNow)).toBeNull();
    expect(answerFault(request('access', { closed: true }), granted)?.code).toBe('CONFLICT');
    expect(answerFault(request('access', { identifiable: false }), granted)?.code).toBe('SUBJECT_NOT_IDENTIFIABLE');
  });

  it('is granted in part with the reasons for the rest, where it has parts', () => {
    const partly: RightsAnswer = { ...granted, verdict: 'partly' };
    expect(answerFault(request('access'), partly)?.field).toBe('/reasons');
    expect(answerFault(request('access'), { ...partly, reasons: ['rightsOfOthers'] })).toBeNull();
    expect(answerFault(request('access'), { ...granted, reasons: ['rightsOfOthers'] })?.field).toBe('/reasons');
    const erasure = { ...partly, erasureGround: true, reasons: ['legalClaims'] };
    expect(answerFault(request('erasure'), erasure)?.field).toBe('/disclosureIds');
    expect(answerFault(request('erasure'), { ...erasure, namesDisclosures: true })).toBeNull();
    for (const right of ['restriction', 'objection', 'withdrawal'] as const) {
      expect(answerFault(request(right), { ...partly, ...fitting[right] })?.field).toBe('/verdict');
    }
  });

  it.each(rights)('%s is refused for a reason that the law gives, and for no other', (right) => {
    const all = new Set(rights.flatMap((each) => [...refusalReasons(each)]));
    for (const reason of all) {
      const allowed = refusalReasons(right).includes(reason);
      const facts = request(right, {
        identityChecked: reason !== 'identityNotShown',
        identifiable: reason !== 'notIdentifiable',
      });
      expect([reason, refusalFault(facts, [reason], true)?.code]).toEqual([
        reason,
        allowed ? undefined : 'INPUT_INVALID',
      ]);
    }
  });

  it('GDPR-12 is unfounded or excessive only where the controller can show it, and never a withdrawal', () => {
    for (const reason of ['manifestlyUnfounded', 'excessive']) {
      expect(refusalFault(request('access'), [reason], false)?.field).toBe('/evidenceHash');
      expect(refusalFault(request('withdrawal'), [reason], true)?.code).toBe('INPUT_INVALID');
    }
  });

  it('a person who can be identified is not refused as not identifiable, nor the other way round', () => {
    expect(refusalFault(request('access'), ['notIdentifiable'], false)?.field).toBe('/reasons');
    const gone = request('access', { identifiable: false });
    expect(refusalFault(gone, ['rightsOfOthers'], false)?.field).toBe('/reasons');
    expect(refusalFault(request('access'), ['identityNotShown'], false)?.field).toBe('/reasons');
  });

  it('GDPR-12 reminds a week before the cautious date, on it, and once it is overdue by every count; each once', () => {
    const deadline = rightsDeadline(request('access'));
    const at = (instant: string, given: Parameters<typeof reminderDue>[1] = null) =>
      reminderDue(deadline, given, on(instant));
    expect(at('2026-07-07T23:59:00+02:00')).toEqual({ stage: null, nextAt: on('2026-07-08T00:00:00+02:00') });
    expect(at('2026-07-08T00:00:00+02:00').stage).toBe('dueSoon');
    expect(at('2026-07-09T00:00:00+02:00', 'dueSoon')).toEqual({ stage: null, nextAt: deadline.cautiousAt });
    expect(at('2026-07-15T00:00:00+02:00', 'dueSoon').stage).toBe('cautiousDatePassed');
    expect(at('2026-07-20T00:00:00+02:00')).toEqual({ stage: 'overdue', nextAt: null });
    expect(at('2026-07-20T00:00:00+02:00', 'overdue').stage).toBeNull();
    // An extension moves the dates: what was said before does not count against the new ones.
    expect(at('2026-07-09T00:00:00+02:00', 'overdue').stage).toBeNull();
  });
});

describe('the duty to inform a person of data obtained from another body', () => {
  const none = { firstCommunication: null, onwardDisclosure: null };

  it('GDPR-14 is due at the earliest of one month, the first communication and the first onward disclosure', () => {
    const month = on('2026-07-15T00:00:00+02:00');
    expect(informationDue(received, none)).toEqual({ dueAt: month, because: 'month' });
    const early = on('2026-06-20T10:00:00+02:00');
    const earlier = on('2026-06-18T10:00:00+02:00');
    expect(informationDue(received, { ...none, firstCommunication: early }).dueAt).toBe(early);
    expect(informationDue(received, { firstCommunication: early, onwardDisclosure: earlier })).toEqual({
      dueAt: earlier,
      because: 'onwardDisclosure',
    });
    expect(informationDue(received, { ...none, firstCommunication: month + 1 }).because).toBe('month');
  });

  it('GDPR-14 is in time with the communication itself, and too late when the month is over', () => {
    const due = informationDue(received, none);
    expect([isInformedLate(due, due.dueAt - 1), isInformedLate(due, due.dueAt)]).toEqual([false, true]);
    const contact = informationDue(received, { ...none, firstCommunication: received + 5 });
    expect([isInformedLate(contact, received + 5), isInformedLate(contact, received + 6)]).toEqual([false, true]);
  });
});
