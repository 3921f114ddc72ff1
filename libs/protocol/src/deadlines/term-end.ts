import { addPeriod, startOfDay } from '@convenant/kernel';
import type { ProtocolModel } from '../model/protocol.schema.js';

/**
 * When a protocol with a fixed term is over: when its last day in Brussels is. Null where the text fixes no such day.
 *
 * @returns epoch milliseconds, UTC
 */
export function termEnd({ duration }: ProtocolModel): number | null {
  if (duration?.kind !== 'fixed' || duration.endsOn === null) return null;
  return addPeriod(startOfDay(duration.endsOn), 'P1D');
}
