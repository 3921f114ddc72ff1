import {
  clockDue,
  clockOverdue,
  clockRestarted,
  clockStarted,
  correctionPropagated,
  erasureAttested,
  erasureRequested,
  erasureWithheld,
  holdPlaced,
  holdReleased,
  recipientErasureDeclared,
  recipientErasureOrdered,
  triggerRecorded,
  valuesErased,
  type AccountedDisclosure,
  type EventData,
} from '@convenant/contracts';
import { dataOf, type AccountEntry, type Authorized } from './account-entry.js';

type Retention = NonNullable<AccountedDisclosure['retention']>;
type Erasure = NonNullable<AccountedDisclosure['erasure']>;

const clockStates: Record<string, Retention['state']> = {
  [clockStarted.name]: 'running',
  [clockRestarted.name]: 'running',
  [clockOverdue.name]: 'overdue',
  [clockDue.name]: 'due',
};

/** What one or the other event of a clock says of it. */
type Reckoning = Pick<Retention, 'rule' | 'clause' | 'dueAt' | 'ceilingAt' | 'gap'>;

/**
 * Until when the receiver keeps it: the clock as last told, what was reported of the client, and the holds on it. Undefined
 * without a clock, which is also what a party sees that may see none.
 */
export function retentionOf(
  authorized: Authorized,
  own: readonly AccountEntry[],
  all: readonly AccountEntry[],
): Retention | undefined {
  const clock = own.filter(({ type }) => clockStates[type] !== undefined);
  const last = clock.at(-1);
  if (!last) return undefined;
  // An overdue clock tells only what it waited for: the rest stands as the clock was last set.
  const set = clock.findLast(({ type }) => type !== clockOverdue.name) ?? last;
  const { rule, clause, dueAt, gap, ceilingAt = (last.data as Reckoning).ceilingAt } = set.data as Reckoning;
  return {
    state: clockStates[last.type]!,
    ...(rule !== undefined && { rule }),
    ...(clause !== undefined && { clause }),
    ...(dueAt !== undefined && { dueAt }),
    ...(ceilingAt !== undefined && { ceilingAt }),
    ...(gap !== undefined && { gap }),
    triggers: dataOf(own, triggerRecorded).map(({ kind, outcome, occurredAt }) => ({
      kind,
      ...(outcome !== undefined && { outcome }),
      occurredAt,
    })),
    holds: holdsOn(authorized, all),
  };
}

/** A hold covers a protocol, what a person has under it, or one disclosure: each field that it names must fit. */
function holdsOn(authorized: Authorized, all: readonly AccountEntry[]): Retention['holds'] {
  const released = dataOf(all, holdReleased);
  return dataOf(all, holdPlaced)
    .filter(({ scope: { protocolId, subjectRef, disclosureId } }) => {
      return (
        protocolId === authorized.protocolId &&
        (subjectRef ?? authorized.subjectRef) === authorized.subjectRef &&
        (disclosureId ?? authorized.disclosureId) === authorized.disclosureId
      );
    })
    .map(({ holdId, authority, placedAt }) => {
      const end = released.find((release) => release.holdId === holdId);
      return { holdId, authority, placedAt, ...(end && { releasedAt: end.releasedAt }) };
    });
}

/**
 * What has been erased, as far as it has come; undefined when nothing was asked or done, or the party may not see it. The
 * erasure of a value that a correction has replaced is not that of the data: the next generation is there.
 */
export function erasureOf(authorized: Authorized, own: readonly AccountEntry[]): Erasure | undefined {
  const generation = Math.max(1, ...dataOf(own, correctionPropagated).map((correction) => correction.generation));
  const erasures = dataOf(own, valuesErased).filter((erasure) => erasure.generation >= generation);
  const items = [...new Set(erasures.flatMap((erasure) => erasure.items))];
  const requested = dataOf(own, erasureRequested).at(-1);
  const withheld = dataOf(own, erasureWithheld).at(-1);
  const erased = erasures.at(-1);
  const attested = dataOf(own, erasureAttested).findLast(
    ({ scope, erasureId }) => scope === 'vault' && erasureId === erased?.erasureId,
  );
  const ordered = dataOf(own, recipientErasureOrdered).at(-1);
  const declared = dataOf(own, recipientErasureDeclared).at(-1);
  if (!requested && !withheld && !erased && !ordered && !declared) return undefined;
  const complete = authorized.items.every((item) => items.includes(item));
  return {
    state: complete ? (attested ? 'attested' : 'erased') : erased ? 'partlyErased' : stateBefore(requested, withheld),
    ...(requested && { reason: requested.reason }),
    items,
    ...(erased && { erasedAt: erased.erasedAt, technique: erased.technique }),
    ...(attested?.erasureHorizonAt !== undefined && { erasureHorizonAt: attested.erasureHorizonAt }),
    ...(ordered && { recipientOrderedAt: ordered.orderedAt }),
    ...(declared && { recipientDeclaredAt: declared.declaredAt }),
  };
}

/** Each purge asks under an erasure id of its own: one that a hold has stopped is under way again with the next request. */
function stateBefore(
  requested?: EventData<typeof erasureRequested>,
  withheld?: EventData<typeof erasureWithheld>,
): Erasure['state'] {
  return withheld && (!requested || withheld.erasureId === requested.erasureId) ? 'withheld' : 'requested';
}
