import {
  erasureAttested,
  erasureRequested,
  purgeApproved,
  purgeCompleted,
  purgeFailed,
  purgePlanned,
  purgeStarted,
  recipientErasureDeclared,
  recipientErasureOrdered,
} from '@convenant/contracts';
import { changesNothing, dateOf, folds, type NamedFold } from '@convenant/messaging';
import { foldErased, foldErasedClock, foldErasing, foldKept, foldRequested } from '../db/fold.statements.js';
import { Erasure, Purge } from '../db/purge.entity.js';

/**
 * Purges with their erasures. Which disclosures a purge was to erase and had not asked for yet stands in no event: their clocks
 * are due as before, and fall to a later purge.
 */
export const purgeFolds: readonly NamedFold[] = [
  folds(purgePlanned, (tx, { data, correlationId }) => {
    const { purgeId, protocolId, party, origin, setHash, counts, held, gaps, later = 0 } = data;
    const counted = counts.reduce((sum, { count }) => sum + count, 0);
    return tx.manager.insert(Purge, {
      id: purgeId,
      protocolId,
      party,
      origin,
      state: 'planned',
      setHash,
      size: data.size ?? counted,
      counts,
      held,
      gaps,
      later,
      approvedBy: null,
      correlationId,
      cause: null,
      clause: null,
      plannedAt: dateOf(data.plannedAt),
      startedAt: null,
      endedAt: null,
    });
  }),
  folds(purgeApproved, (tx, { data: { purgeId, approvedBy } }) =>
    tx.manager.update(Purge, { id: purgeId }, { approvedBy }),
  ),
  folds(purgeStarted, (tx, { data: { purgeId, startedAt }, correlationId }) =>
    tx.manager.update(Purge, { id: purgeId }, { state: 'started', startedAt: dateOf(startedAt), correlationId }),
  ),
  folds(purgeCompleted, (tx, { data: { purgeId, completedAt } }) =>
    tx.manager.update(Purge, { id: purgeId }, { state: 'completed', endedAt: dateOf(completedAt) }),
  ),
  folds(purgeFailed, (tx, { data: { purgeId, cause, clause = null, failedAt } }) =>
    tx.manager.update(Purge, { id: purgeId }, { state: 'failed', cause, clause, endedAt: dateOf(failedAt) }),
  ),
  folds(erasureRequested, async (tx, { data }) => {
    const { erasureId, purgeId, disclosureId, rule, clause, reason, dueAt } = data;
    await tx.query(foldKept, [disclosureId, erasureId]);
    await tx.query(foldRequested, [erasureId, purgeId, disclosureId, rule, clause, reason, dateOf(dueAt)]);
    await tx.query(foldErasing, [disclosureId]);
  }),
  folds(erasureAttested, async (tx, { data }) => {
    // The receiver's own word about its systems: its declaration is an event of its own.
    if (data.scope !== 'vault') return;
    const erasedAt = dateOf(data.erasedAt);
    const horizonAt = data.erasureHorizonAt === undefined ? null : dateOf(data.erasureHorizonAt);
    await tx.query(foldErased, [data.erasureId, erasedAt, horizonAt]);
    await tx.query(foldErasedClock, [data.disclosureId, erasedAt]);
  }),
  changesNothing(recipientErasureOrdered, 'what is ordered of the receiver follows from the erasure being done'),
  folds(recipientErasureDeclared, (tx, { data: { erasureId, declaredAt } }) =>
    tx.manager.update(Erasure, { id: erasureId }, { declaredAt: dateOf(declaredAt) }),
  ),
];
