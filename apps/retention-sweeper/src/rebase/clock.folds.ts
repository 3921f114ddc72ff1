import {
  clockDue,
  clockOverdue,
  clockRestarted,
  clockStarted,
  holdEnforced,
  holdPlaced,
  holdReleased,
  triggerRecorded,
  type EventData,
} from '@convenant/contracts';
import {
  dateOf,
  folds,
  NOT_CARRIED,
  type FoldTransaction,
  type NamedFold,
  type ReceivedEvent,
} from '@convenant/messaging';
import { RetentionClock } from '../db/clock.entity.js';
import { foldClock, foldDue, foldHold, foldSchedule, foldTrigger } from '../db/fold.statements.js';
import { Hold } from '../db/hold.entity.js';

type Started = ReceivedEvent<Omit<EventData<typeof clockStarted>, 'startedAt'>>;

/** Clocks with what happened to the client, and holds. */
export const clockFolds: readonly NamedFold[] = [
  folds(clockStarted, async (tx, event) => {
    await reckoned(tx, event);
    await tx.query(foldSchedule, [event.data.protocolId, new Date(tx.now)]);
  }),
  folds(clockRestarted, reckoned),
  folds(clockOverdue, (tx, { data }) =>
    tx.manager.update(
      RetentionClock,
      { disclosureId: data.disclosureId },
      { alertedCeilingAt: dateOf(data.ceilingAt) },
    ),
  ),
  folds(clockDue, async (tx, { data }) => {
    const { disclosureId, rule, clause, reason, dueAt, gap = null } = data;
    await tx.query(foldDue, [disclosureId, rule, clause, reason, dateOf(dueAt), gap, new Date(tx.now)]);
    // A declined referral is not kept until the next scheduled run.
    await tx.query(foldSchedule, [data.protocolId, new Date(tx.now)]);
  }),
  folds(triggerRecorded, (tx, { data, recordedTime, actorRef }) => {
    const { triggerId, disclosureId, kind, outcome, occurredAt } = data;
    const wanted = outcome === undefined ? null : outcome === 'accepted';
    const recordedAt = new Date(recordedTime);
    const by = actorRef ?? NOT_CARRIED;
    return tx.query(foldTrigger, [triggerId, disclosureId, kind, wanted, dateOf(occurredAt), recordedAt, by]);
  }),
  folds(holdPlaced, (tx, { data, aggregateVersion, recordedTime }) => {
    const { holdId, protocolId, party = null, scope, authority, reason, disputeId = null, placedAt } = data;
    const { disclosureId = null, subjectRef = null } = scope;
    const about = [holdId, protocolId, party, disclosureId, subjectRef, authority, reason, disputeId];
    return tx.query(foldHold, [...about, dateOf(placedAt), aggregateVersion, new Date(recordedTime)]);
  }),
  folds(holdEnforced, (tx, { data }) =>
    tx.manager.update(Hold, { id: data.holdId }, { enforcedAt: dateOf(data.enforcedAt), latencyMs: data.latencyMs }),
  ),
  folds(holdReleased, async (tx, { data }) => {
    await tx.manager.update(Hold, { id: data.holdId }, { releasedAt: dateOf(data.releasedAt) });
    await tx.query(foldSchedule, [data.protocolId, new Date(tx.now)]);
  }),
];

async function reckoned(tx: FoldTransaction, { data, causationId, recordedTime }: Started): Promise<void> {
  const { disclosureId, protocolId, subjectRef, rule = null, clause = null, dueAt, ceilingAt, gap = null } = data;
  const date = (instant: string | undefined) => (instant === undefined ? null : dateOf(instant));
  const reckoning = [rule, clause, date(dueAt), date(ceilingAt), gap];
  await tx.query(foldClock, [disclosureId, protocolId, subjectRef, ...reckoning, new Date(tx.now)]);
  if (data.deliveredAt === undefined) return;
  const delivered = [causationId, disclosureId, 'delivered', null, dateOf(data.deliveredAt)];
  await tx.query(foldTrigger, [...delivered, new Date(recordedTime), null]);
}
