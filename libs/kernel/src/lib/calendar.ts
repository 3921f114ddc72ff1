import { Temporal } from 'temporal-polyfill';

/** The zone in which the law counts days, months and years here. */
export const LEGAL_ZONE = 'Europe/Brussels';

/**
 * Adds an ISO 8601 period (`P6M`, `P10Y`, `P1M`, `PT72H`) to an instant by the calendar of Brussels.
 *
 * Calendar parts keep the local time of day across daylight-saving changes; a day that does not exist in the target
 * month becomes its last day. Hours are real hours: `PT72H` is always 72 times 60 minutes.
 *
 * @param from epoch milliseconds, UTC
 * @returns epoch milliseconds, UTC
 * @throws RangeError when the period is not ISO 8601
 */
export function addPeriod(from: number, period: string): number {
  const zoned = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(LEGAL_ZONE);
  return zoned.add(Temporal.Duration.from(period)).epochMilliseconds;
}

/** Start of a calendar date in Brussels, as epoch milliseconds UTC: `2026-03-01` is `2026-02-28T23:00:00Z`. */
export function startOfDay(date: string): number {
  return Temporal.PlainDate.from(date, { overflow: 'reject' }).toZonedDateTime(LEGAL_ZONE).epochMilliseconds;
}

/** The calendar date in Brussels on which an instant (epoch milliseconds, UTC) falls, as `2026-03-01`. */
export function dateOf(instant: number): string {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(LEGAL_ZONE).toPlainDate().toString();
}

/** True for an existing calendar date `YYYY-MM-DD`. */
export function isDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  try {
    Temporal.PlainDate.from(value, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

/** True for an ISO 8601 period that is longer than zero. */
export function isPeriod(value: string): boolean {
  try {
    return Temporal.Duration.from(value).sign > 0;
  } catch {
    return false;
  }
}
