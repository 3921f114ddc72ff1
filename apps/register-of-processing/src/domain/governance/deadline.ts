import { addPeriod, dateOf, startOfDay } from '@convenant/kernel';

/**
 * The first instant that is too late, for a period that begins with a request: whole days in Brussels, the day of the request
 * not counted.
 *
 * @see Regulation (EEC, Euratom) 1182/71, Art. 3(1)
 */
export function deadlineOf(from: number, period: string): number {
  return addPeriod(addPeriod(startOfDay(dateOf(from)), period), 'P1D');
}
