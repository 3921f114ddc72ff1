import { formatInstant } from '@convenant/kernel';
import { ConsentMethods, type ConsentRecord } from '@convenant/contracts';

/** What the tables hold of one consent; instants in epoch milliseconds UTC. */
export interface ConsentFacts {
  readonly id: string;
  readonly subjectRef: string;
  readonly controller: string;
  readonly state: 'given' | 'refused' | 'withdrawn';
  readonly purpose: string;
  readonly items: readonly string[];
  readonly recipient: { readonly party: string; readonly unit: string; readonly category: string };
  readonly method: string;
  readonly eventTime: number;
  readonly occurrences: number | null;
  readonly expiresAt: number | null;
  readonly lawfulBasis: string;
  readonly enteredBy: string;
  readonly notice: {
    readonly id: string;
    readonly noticeVersion: string;
    readonly language: ConsentRecord['language'];
    readonly informationPoints: readonly string[];
  };
  readonly withdrawal: { readonly at: number; readonly method: string; readonly enteredBy: string } | null;
}

/** The state of a consent at an instant: an end that has passed shows itself, no one need write it down. */
export function stateAt(consent: Pick<ConsentFacts, 'state' | 'expiresAt'>, now: number) {
  return consent.state === 'given' && consent.expiresAt !== null && consent.expiresAt <= now
    ? ('expired' as const)
    : consent.state;
}

/**
 * The consent as an exchangeable record. It keeps both acts, giving and withdrawing, with the way each was done.
 *
 * @see ISO/IEC TS 27560:2023; GDPR Art. 7(1) to demonstrate consent, Art. 7(3) to withdraw as easily as to give
 */
export function consentRecord(consent: ConsentFacts, now: number): ConsentRecord {
  const { notice, withdrawal } = consent;
  return {
    schemaVersion: 'ISO/IEC TS 27560:2023',
    recordId: consent.id,
    piiPrincipalId: consent.subjectRef,
    piiController: consent.controller,
    jurisdiction: 'BE',
    consentType: 'expressed',
    lawfulBasis: consent.lawfulBasis,
    noticeId: notice.id,
    noticeVersion: notice.noticeVersion,
    language: notice.language,
    informationPoints: [...notice.informationPoints],
    purpose: consent.purpose,
    piiTypes: [...consent.items],
    recipient: { ...consent.recipient },
    collectionMethod: consent.method,
    // Whatever way is open for giving is open for withdrawing.
    withdrawalMethods: [...ConsentMethods],
    duration: {
      ...(consent.occurrences === null ? {} : { occurrences: consent.occurrences }),
      ...(consent.expiresAt === null ? {} : { expiresAt: formatInstant(consent.expiresAt) }),
    },
    events: eventsOf(consent, withdrawal, now),
  };
}

function eventsOf(consent: ConsentFacts, withdrawal: ConsentFacts['withdrawal'], now: number): ConsentRecord['events'] {
  const { method, enteredBy } = consent;
  const expressed = {
    state: consent.state === 'refused' ? 'ConsentRefused' : 'ConsentGiven',
    time: formatInstant(consent.eventTime),
    method,
    entityId: enteredBy,
  };
  if (withdrawal !== null) {
    const { at, ...rest } = withdrawal;
    const withdrawn = {
      state: 'ConsentWithdrawn',
      time: formatInstant(at),
      method: rest.method,
      entityId: rest.enteredBy,
    };
    return [expressed, withdrawn];
  }
  if (consent.expiresAt === null || stateAt(consent, now) !== 'expired') return [expressed];
  return [expressed, { state: 'ConsentExpired', time: formatInstant(consent.expiresAt), method: 'time' }];
}
