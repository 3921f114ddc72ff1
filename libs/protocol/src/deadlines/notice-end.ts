import { addPeriod, dateOf, startOfDay } from '@convenant/kernel';
import type { Ending } from '../model/duties.schema.js';

/**
 * When a protocol under notice ends, in calendar periods of Brussels: the flow goes on until this instant.
 *
 * Where neither text nor parties say when the period starts, it starts on receipt. The day of receipt is not counted, so
 * six months from 15 March end when 15 September is over.
 *
 * @param receivedAt epoch milliseconds, UTC
 * @throws RangeError when the ending has no period
 * @see Regulation (EEC, Euratom) 1182/71, Art. 3
 */
export function noticeEnd(ending: Ending, receivedAt: number): number {
  if (ending.period === null) throw new RangeError(`Ending ${ending.id} has no period`);
  const received = dateOf(receivedAt);
  const start =
    ending.periodStart === 'nextMonth'
      ? addPeriod(startOfDay(`${received.slice(0, 7)}-01`), 'P1M')
      : startOfDay(received);
  const end = addPeriod(start, ending.period);
  return ending.periodStart === 'nextMonth' ? end : addPeriod(end, 'P1D');
}
