import { addPeriod } from '@convenant/kernel';
import { monthDeadline, type MonthDeadline } from '../deadlines/gdpr-deadlines.js';

export type Right = 'access' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'withdrawal';

/** A request of a data subject as far as the law asks about it. Instants in epoch milliseconds UTC. */
export interface RightsRequestFacts {
  readonly right: Right;
  readonly receivedAt: number;
  /** When the person was told that it takes longer; null where it does not. */
  readonly extendedAt: number | null;
  /** Decided already. */
  readonly closed: boolean;
  /** False where no reference leads to the person any more. */
  readonly identifiable: boolean;
  readonly identityChecked: boolean;
}

/** Why a step cannot be taken; `field` is a JSON Pointer into the command. */
export interface RightsFault {
  readonly code: 'INPUT_INVALID' | 'CONFLICT' | 'TRANSITION_ILLEGAL' | 'SUBJECT_NOT_IDENTIFIABLE';
  readonly detail: string;
  readonly field?: string;
}

/** Why a request may be refused whatever is asked. @see GDPR Art. 11(2), 12(2), 12(5), 12(6) */
const always = ['identityNotShown', 'notIdentifiable', 'manifestlyUnfounded', 'excessive'] as const;

/** Beyond those, by right. */
const byRight = {
  /** Art. 15(4) */
  access: ['rightsOfOthers'],
  /** Art. 16 */
  rectification: ['dataAreRight'],
  /** Art. 17(1), 17(3)(a) to (e) */
  erasure: ['groundNotMet', 'freedomOfExpression', 'publicTask', 'publicHealth', 'archiving', 'legalClaims'],
  /** Art. 18(1) */
  restriction: ['groundNotMet'],
  /** Art. 21(1) */
  objection: ['compellingGrounds', 'legalClaims', 'notPublicTask'],
  /** Art. 7(3): at any time */
  withdrawal: [],
} as const satisfies Record<Right, readonly string[]>;

/** A withdrawal is never excessive. */
const ofWithdrawal = ['identityNotShown', 'notIdentifiable'] as const;

export type RefusalReason = (typeof always)[number] | (typeof byRight)[Right][number];

/** The reasons for which this right may be refused: a closed list, from the law. */
export function refusalReasons(right: Right): readonly RefusalReason[] {
  return right === 'withdrawal' ? ofWithdrawal : [...always, ...byRight[right]];
}

/**
 * Until when the answer is due: one month from receipt, three where the person was told so within the first.
 * @see GDPR Art. 12(3)
 */
export function rightsDeadline({ receivedAt, extendedAt }: Pick<RightsRequestFacts, 'receivedAt' | 'extendedAt'>) {
  return monthDeadline(receivedAt, extendedAt === null ? 1 : 3);
}

/** Why the answer cannot take longer, or null. @see GDPR Art. 12(3) */
export function extensionFault(request: RightsRequestFacts, toldAt: number, now: number): RightsFault | null {
  if (request.closed) return decided;
  if (request.extendedAt !== null) return { code: 'CONFLICT', detail: 'It has been extended once, which is the most' };
  if (toldAt > now) return input('/toldAt', 'must not lie in the future');
  if (toldAt < request.receivedAt) return input('/toldAt', 'must not lie before the receipt');
  return toldAt >= monthDeadline(request.receivedAt).regulationAt
    ? { code: 'TRANSITION_ILLEGAL', detail: 'The person had to be told within the first month' }
    : null;
}

/** What an answer says, as far as the law asks about it. */
export interface RightsAnswer {
  readonly verdict: 'granted' | 'partly';
  readonly identityChecked: boolean;
  readonly reasons: readonly string[];
  readonly restrictionGround: boolean;
  readonly erasureGround: boolean;
  readonly namesDisclosures: boolean;
  readonly namesReports: boolean;
}

/** Why a request cannot be granted in this way, or null. */
export function answerFault(request: RightsRequestFacts, answer: RightsAnswer): RightsFault | null {
  if (request.closed) return decided;
  if (!request.identifiable) {
    const detail = 'No reference leads to the person any more: the request can only be refused as notIdentifiable';
    return { code: 'SUBJECT_NOT_IDENTIFIABLE', detail };
  }
  const { right } = request;
  const partly = answer.verdict === 'partly';
  if (!request.identityChecked && !answer.identityChecked) {
    return input('/identityCheck', 'is missing: nothing is granted to a person who has not shown who they are');
  }
  if (partly && (right === 'objection' || right === 'withdrawal' || right === 'restriction')) {
    return input('/verdict', `must be granted: a ${right} has no parts`);
  }
  if (partly !== answer.reasons.length > 0) {
    return input('/reasons', partly ? 'is missing: why the rest is refused' : 'must be absent: nothing is refused');
  }
  const stranger = strangerAmong(right, answer.reasons);
  if (stranger) return stranger;
  if (answer.restrictionGround !== (right === 'restriction')) return goesWith('/restrictionGround', 'restriction');
  if (answer.erasureGround !== (right === 'erasure')) return goesWith('/erasureGround', 'erasure');
  if (answer.namesReports !== (right === 'rectification')) return goesWith('/qualityReports', 'rectification');
  if (answer.namesDisclosures !== (right === 'erasure' && partly)) {
    return input('/disclosureIds', 'goes with an erasure in part, and only with it');
  }
  return null;
}

/** Why a request cannot be refused in this way, or null. @see GDPR Art. 12(4), 12(5) */
export function refusalFault(
  request: RightsRequestFacts,
  reasons: readonly string[],
  hasEvidence: boolean,
): RightsFault | null {
  if (request.closed) return decided;
  const stranger = strangerAmong(request.right, reasons);
  if (stranger) return stranger;
  if (!request.identifiable !== reasons.includes('notIdentifiable')) {
    const detail = request.identifiable
      ? 'cannot name notIdentifiable: the reference leads to the person'
      : 'must name notIdentifiable: no reference leads to the person any more';
    return input('/reasons', detail);
  }
  if (request.identityChecked && reasons.includes('identityNotShown')) {
    return input('/reasons', 'cannot name identityNotShown: the identity was checked');
  }
  const onController = reasons.some((reason) => reason === 'manifestlyUnfounded' || reason === 'excessive');
  return onController && !hasEvidence
    ? input('/evidenceHash', 'is missing: that a request is unfounded or excessive is for the controller to show')
    : null;
}

/** How long before the cautious date a reminder comes. */
const REMINDED_BEFORE = '-P7D';

export type ReminderStage = 'dueSoon' | 'cautiousDatePassed' | 'overdue';
const stages: readonly ReminderStage[] = ['dueSoon', 'cautiousDatePassed', 'overdue'];

/** When each reminder of an open request comes, in order. */
export function reminders(deadline: MonthDeadline): readonly { stage: ReminderStage; at: number }[] {
  return [
    { stage: 'dueSoon', at: addPeriod(deadline.cautiousAt, REMINDED_BEFORE) },
    { stage: 'cautiousDatePassed', at: deadline.cautiousAt },
    { stage: 'overdue', at: deadline.regulationAt },
  ];
}

/**
 * The reminder that is due at `now` and was not given, or null: only the last one, since a service that was away for a month
 * need not say first that it is due soon. `nextAt`: when to look again; null after the last.
 */
export function reminderDue(
  deadline: MonthDeadline,
  given: ReminderStage | null,
  now: number,
): { stage: ReminderStage | null; nextAt: number | null } {
  const all = reminders(deadline);
  const reached = all.filter(({ at }) => at <= now).at(-1);
  const isNew = reached !== undefined && (given === null || stages.indexOf(reached.stage) > stages.indexOf(given));
  return { stage: isNew ? reached.stage : null, nextAt: all.find(({ at }) => at > now)?.at ?? null };
}

const decided: RightsFault = { code: 'CONFLICT', detail: 'It has been decided' };

function strangerAmong(right: Right, reasons: readonly string[]): RightsFault | null {
  const allowed: readonly string[] = refusalReasons(right);
  const stranger = reasons.findIndex((reason) => !allowed.includes(reason));
  return stranger < 0 ? null : input(`/reasons/${stranger}`, `must be one of ${allowed.join(', ')} for ${right}`);
}

function goesWith(field: string, right: Right): RightsFault {
  return input(field, `goes with ${right}, and only with it`);
}

function input(field: string, detail: string): RightsFault {
  return { code: 'INPUT_INVALID', detail, field };
}
