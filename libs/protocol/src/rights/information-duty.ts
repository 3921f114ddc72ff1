import { monthDeadline } from '../deadlines/gdpr-deadlines.js';

/** What may come before the month is over; epoch milliseconds UTC, null where it has not come. */
export interface InformationMilestones {
  readonly firstCommunication: number | null;
  readonly onwardDisclosure: number | null;
}

export interface InformationDue {
  readonly dueAt: number;
  readonly because: 'month' | 'firstCommunication' | 'onwardDisclosure';
}

/**
 * When the receiver must have informed the person: one month from obtaining the data, by the cautious way of counting, or at
 * the first communication with the person or the first onward disclosure, whichever comes first.
 *
 * @param obtainedAt epoch milliseconds UTC
 * @see GDPR Art. 14(3)
 */
export function informationDue(obtainedAt: number, milestones: InformationMilestones): InformationDue {
  const dates: InformationDue[] = [{ dueAt: monthDeadline(obtainedAt).cautiousAt, because: 'month' }];
  for (const because of ['firstCommunication', 'onwardDisclosure'] as const) {
    const at = milestones[because];
    if (at !== null) dates.push({ dueAt: at, because });
  }
  return dates.reduce((first, date) => (date.dueAt < first.dueAt ? date : first));
}

/** Whether `at` is too late. The month ends before its date; at a communication or disclosure itself it is in time. */
export function isInformedLate({ dueAt, because }: InformationDue, at: number): boolean {
  return because === 'month' ? at >= dueAt : at > dueAt;
}
