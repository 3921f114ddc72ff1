import { describe, expect, it } from '@jest/globals';
import {
  addPeriod,
  dateOf,
  inszKind,
  isDate,
  isEnterpriseNumber,
  isUuid,
  newId,
  parseInstant,
  startOfDay,
} from '../index.js';

describe('ids', () => {
  it('are version 7 and do not repeat', () => {
    const ids = new Set(Array.from({ length: 1000 }, newId));
    expect(ids.size).toBe(1000);
    for (const id of ids) expect(isUuid(id) && id[14] === '7').toBe(true);
  });
});

describe('enterprise numbers', () => {
  it.each(['0308.357.753', '0316.380.841', '0886886638', '0212.169.781', '1000002197'])('accepts %s', (value) => {
    expect(isEnterpriseNumber(value)).toBe(true);
  });
  it.each(['0431.150.351', '1000002100', '2886886638', '088688663', ''])('refuses %s', (value) => {
    expect(isEnterpriseNumber(value)).toBe(false);
  });
});

describe('INSZ', () => {
  it.each(['85.07.30-033.28', '17.07.30-033.84', '00.01.25-567.77', '85.07.30-061.97'])(
    '%s is a national number',
    (value) => {
      expect(inszKind(value)).toBe('nationalNumber');
    },
  );
  it.each(['98.47.28-997.65', '01.49.07-001.85', '53480200724'])('%s is a BIS number', (value) => {
    expect(inszKind(value)).toBe('bisNumber');
  });
  it('refuses wrong check digits', () => {
    expect(inszKind('12345678901')).toBeNull();
  });
});

describe('calendar of Brussels', () => {
  it('keeps the local time of day over a change to summer time', () => {
    expect(addPeriod(parseInstant('2026-03-28T09:00:00Z'), 'P1D')).toBe(parseInstant('2026-03-29T08:00:00Z'));
  });
  it('counts hours as real hours over the same change', () => {
    expect(addPeriod(parseInstant('2026-03-28T09:00:00Z'), 'PT24H')).toBe(parseInstant('2026-03-29T09:00:00Z'));
  });
  it('ends a month on its last day when the day does not exist', () => {
    expect(dateOf(addPeriod(startOfDay('2026-08-31'), 'P6M'))).toBe('2027-02-28');
  });
  it('starts a date at midnight in Brussels', () => {
    expect(startOfDay('2026-03-01')).toBe(parseInstant('2026-02-28T23:00:00Z'));
  });
  it('knows that 30 February does not exist', () => {
    expect(isDate('2026-02-30')).toBe(false);
    expect(isDate('2028-02-29')).toBe(true);
  });
});
