import { describe, expect, it } from '@jest/globals';
import { parseInstant } from '@convenant/kernel';
import { authorityNoticeDueAt, isWorkingDay, monthDeadline, noticeEnd, type Ending } from '../index.js';
import { og } from '../protocol-files.support.spec.js';

const on = (instant: string) => parseInstant(instant);
const notice = og.endings.find(({ kind }) => kind === 'notice')!;

describe('deadlines', () => {
  it('GDPR-33 counts 72 real hours, also over the change of the clock', () => {
    expect(authorityNoticeDueAt(on('2026-03-27T12:00:00+01:00'))).toBe(on('2026-03-30T13:00:00+02:00'));
  });

  it.each([
    // received, cautious, by the Regulation
    ['2026-03-10T15:00:00+01:00', '2026-04-10T00:00:00+02:00', '2026-04-11T00:00:00+02:00'],
    ['2026-01-31T15:00:00+01:00', '2026-02-28T00:00:00+01:00', '2026-03-03T00:00:00+01:00'], // 28 February is a Saturday
    ['2026-04-01T23:30:00+02:00', '2026-05-01T00:00:00+02:00', '2026-05-05T00:00:00+02:00'], // 1 May is a holiday, a Friday
    ['2026-11-25T00:30:00+01:00', '2026-12-25T00:00:00+01:00', '2026-12-29T00:00:00+01:00'], // Christmas, a Friday
  ])(
    'GDPR-12 computes one calendar month after %s both ways, the cautious one earlier',
    (received, cautious, regulation) => {
      expect(monthDeadline(on(received))).toEqual({ cautiousAt: on(cautious), regulationAt: on(regulation) });
    },
  );

  it('GDPR-12 adds two months when the answer was extended', () => {
    expect(monthDeadline(on('2026-03-10T15:00:00+01:00'), 3).cautiousAt).toBe(on('2026-06-10T00:00:00+02:00'));
  });

  it.each([
    ['2026-04-06', false, 'Easter Monday'],
    ['2026-05-14', false, 'Ascension'],
    ['2026-05-25', false, 'Whit Monday'],
    ['2027-03-29', false, 'Easter Monday'],
    ['2026-07-21', false, 'national day'],
    ['2026-07-22', true, 'a Wednesday'],
    ['2026-11-22', false, 'a Sunday'],
  ])('knows that %s is a working day: %s (%s)', (date, working) => expect(isWorkingDay(date)).toBe(working));

  it.each<[string, Ending['periodStart'], string]>([
    ['2026-06-15T10:00:00Z', null, '2026-12-16T00:00:00+01:00'],
    ['2026-06-15T10:00:00Z', 'receipt', '2026-12-16T00:00:00+01:00'],
    ['2026-06-15T22:30:00Z', 'receipt', '2026-12-17T00:00:00+01:00'], // already 16 June in Brussels
    ['2026-08-31T10:00:00Z', 'receipt', '2027-03-01T00:00:00+01:00'], // 31 February does not exist: its last day
    ['2026-06-15T10:00:00Z', 'nextMonth', '2027-01-01T00:00:00+01:00'],
  ])('OG-11-notice received %s, starting at %s, ends at %s', (received, periodStart, end) => {
    expect(noticeEnd({ ...notice, periodStart }, on(received))).toBe(on(end));
  });
});
