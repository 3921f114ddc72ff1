import { restrictionAcknowledged, restrictionApplied, restrictionLifted } from '@convenant/contracts';
import { resumeDeliveries } from '../db/delivery.statements.js';
import {
  applyRestriction,
  foldAcknowledged,
  insertNotice,
  insertStop,
  liftRestriction,
  refreshSubject,
} from '../db/subject-stop.statements.js';
import { dateOf, folds, type FoldTransaction, type NamedFold, NOT_CARRIED, runAll as run } from '@convenant/messaging';

interface Told {
  readonly restrictionId: string;
  readonly requestId: string;
  readonly protocolId: string;
  readonly subjectRef: string;
  readonly byParty: string;
}

/** Restrictions; the register's answer, which is read again afterwards, finds them there. */
export const restrictionFolds: readonly NamedFold[] = [
  folds(restrictionApplied, async (tx, { data }) => {
    await stop(tx, data, data.ground);
    const at = dateOf(data.appliedAt);
    await run(tx, applyRestriction(data.restrictionId, at));
    for (const recipient of data.recipients) await run(tx, insertNotice(data.restrictionId, 'applied', recipient, at));
  }),
  folds(restrictionLifted, async (tx, { data }) => {
    await stop(tx, data, NOT_CARRIED);
    const at = dateOf(data.liftedAt);
    for (const recipient of data.recipients) await run(tx, insertNotice(data.restrictionId, 'lifted', recipient, at));
    await run(tx, liftRestriction(data.restrictionId, data.reason, at), refreshSubject(data.subjectRef));
    await run(tx, resumeDeliveries(data.subjectRef));
  }),
  folds(restrictionAcknowledged, (tx, { data }) => {
    const { restrictionId, told, recipientParty, recipientUnit, acknowledgedAt } = data;
    return run(tx, foldAcknowledged(restrictionId, told, recipientParty, recipientUnit, dateOf(acknowledgedAt)));
  }),
];

/** Binds at once: what the register said of it is read later. */
async function stop(tx: FoldTransaction, told: Told, ground: string): Promise<void> {
  await run(
    tx,
    insertStop({
      id: told.restrictionId,
      request_id: told.requestId,
      kind: 'restriction',
      protocol_id: told.protocolId,
      subject_ref: told.subjectRef,
      party: told.byParty,
      ground,
    }),
    refreshSubject(told.subjectRef),
  );
}
