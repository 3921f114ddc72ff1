import type { InputFault } from '@convenant/kernel';

/** The four instants of a breach in epoch milliseconds UTC; null where not known. */
export interface BreachInstants {
  readonly occurredFrom: number;
  readonly occurredTo: number | null;
  readonly detectedAt: number;
  readonly processorInformedAt: number | null;
  readonly awareAt: number | null;
}

/**
 * What is wrong with the instants of a breach: nothing lies in the future, nothing ends before it starts, nobody knows of
 * it before it happens, and a controller is aware at the latest when its processor informs it.
 *
 * @returns one fault per rule that is broken, in the order of the fields
 * @see GDPR Art. 33(1), 33(2); EDPB guidelines on personal data breach notification
 */
export function instantFaults(instants: BreachInstants, now: number): InputFault[] {
  const { occurredFrom, occurredTo, detectedAt, processorInformedAt, awareAt } = instants;
  const faults: InputFault[] = [];
  const fault = (name: string, detail: string): void => void faults.push({ in: 'body', name: `/${name}`, detail });
  for (const [name, at] of Object.entries(instants) as [string, number | null][]) {
    if (at !== null && at > now) fault(name, 'must not lie in the future');
  }
  if (occurredTo !== null && occurredTo < occurredFrom) fault('occurredTo', 'must not lie before occurredFrom');
  if (detectedAt < occurredFrom) fault('detectedAt', 'must not lie before occurredFrom');
  if (processorInformedAt !== null && processorInformedAt < occurredFrom) {
    fault('processorInformedAt', 'must not lie before occurredFrom');
  }
  if (awareAt !== null && awareAt < detectedAt) fault('awareAt', 'must not lie before detectedAt');
  if (awareAt !== null && processorInformedAt !== null && awareAt > processorInformedAt) {
    fault('awareAt', 'must not lie after processorInformedAt: a controller is aware once its processor informs it');
  }
  return faults;
}

/**
 * When the controller was aware: as it says, or else when its processor informed it (never before detection). Null for a
 * suspicion that is still being looked into.
 */
export function awarenessOf({ awareAt, processorInformedAt, detectedAt }: BreachInstants): number | null {
  return awareAt ?? (processorInformedAt === null ? null : Math.max(processorInformedAt, detectedAt));
}
