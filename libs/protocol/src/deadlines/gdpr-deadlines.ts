import { addPeriod, dateOf, startOfDay } from '@convenant/kernel';
import { workingDayFrom } from './working-days.js';

/** 72 continuous hours after awareness; nights, weekends and the change of the clock count. @see GDPR Art. 33(1) */
export function authorityNoticeDueAt(awareAt: number): number {
  return addPeriod(awareAt, 'PT72H');
}

export interface MonthDeadline {
  /** The day of receipt counts; nothing is prolonged. Always the earlier one: alert on this. */
  readonly cautiousAt: number;
  /** The day of receipt does not count; a last day that is no working day moves to the next. */
  readonly regulationAt: number;
}

/**
 * The end of a period of calendar months after receipt, both ways in which authorities count it. Each instant is the
 * first moment that is too late.
 *
 * @param months 1 for an answer, 3 when it was extended with reasons
 * @see GDPR Art. 12(3), 14(3); Regulation (EEC, Euratom) 1182/71, Art. 3(1), (2)(c), (4)
 */
export function monthDeadline(receivedAt: number, months = 1): MonthDeadline {
  const received = startOfDay(dateOf(receivedAt));
  const cautiousAt = addPeriod(received, `P${months}M`);
  const lastDay = workingDayFrom(dateOf(cautiousAt));
  return { cautiousAt, regulationAt: addPeriod(startOfDay(lastDay), 'P1D') };
}
