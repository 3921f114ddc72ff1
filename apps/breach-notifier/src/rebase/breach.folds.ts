import {
  authorityFilingPrepared,
  authorityFilingRecorded,
  breachAssessed,
  breachAwarenessRecorded,
  breachClosed,
  breachDelayJustified,
  breachDetected,
  breachDismissed,
  breachScopeComputed,
  breachSuspected,
  subjectsInformed,
  type EventData,
} from '@convenant/contracts';
import {
  folds,
  NOT_CARRIED,
  runAll,
  type FoldTransaction,
  type NamedFold,
  type ReceivedEvent,
} from '@convenant/messaging';
import { setAssessment, setAware, setClosed, setDelay, setDismissed } from '../db/breach.statements.js';
import { insertFiling, insertSubjectInformation, setFiled } from '../db/filing.statements.js';
import { foldBreach, foldPhase } from '../db/fold.statements.js';

/** Breaches: what is known of them, their clocks, and what was told the authority and the persons. */
export const breachFolds: readonly NamedFold[] = [
  folds(breachSuspected, reported),
  folds(breachDetected, reported),
  folds(breachAwarenessRecorded, (tx, { data, actorRef }) =>
    runAll(tx, setAware(data.breachId, data.awareAt, data.basis, actorRef ?? NOT_CARRIED, data.authorityDueAt)),
  ),
  folds(breachScopeComputed, (tx, { data }) => {
    const { breachId, partyId: _party, phase, occurredTo = null, ...scope } = data;
    return runAll(tx, foldPhase(breachId, phase, occurredTo, scope, data.protocols));
  }),
  folds(breachAssessed, (tx, { data }) => {
    const { breachId, risk, consequences, measuresTaken, measuresProposed, assessedAt } = data;
    return runAll(tx, setAssessment(breachId, { risk, consequences, measuresTaken, measuresProposed, assessedAt }));
  }),
  folds(breachDelayJustified, (tx, { data: { breachId, reason, justifiedAt } }) =>
    runAll(tx, setDelay(breachId, { reason, reasons: NOT_CARRIED, justifiedAt })),
  ),
  folds(authorityFilingPrepared, (tx, { data }) => {
    const { filingId: id, breachId, phase, authority, language, documentHash, preparedAt } = data;
    // That it was prepared, and its hash, count; the document itself is with the party, or is prepared anew.
    const document = { statement: NOT_CARRIED, fields: [] };
    return runAll(tx, insertFiling({ id, breachId, phase, authority, language, document, documentHash, preparedAt }));
  }),
  folds(authorityFilingRecorded, (tx, { data: { filingId, receiptCode, filedAt, withinDeadline } }) =>
    runAll(tx, setFiled(filingId, receiptCode, filedAt, withinDeadline)),
  ),
  folds(subjectsInformed, (tx, { data }) => {
    const { informationId: id, breachId, mode, exemption = null, persons, phase, informedAt, textHash = null } = data;
    return runAll(
      tx,
      insertSubjectInformation({ id, breachId, mode, exemption, persons, phase, informedAt, textHash }),
    );
  }),
  folds(breachDismissed, (tx, { data: { breachId, reason, dismissedAt } }) =>
    runAll(tx, setDismissed(breachId, { reason, dismissedAt })),
  ),
  folds(breachClosed, (tx, { data: { breachId, effects, remedialAction, closedAt } }) =>
    runAll(tx, setClosed(breachId, { effects, remedialAction, closedAt })),
  ),
];

/** A suspicion that became a breach is reported once: the second event finds it. */
async function reported(
  tx: FoldTransaction,
  { data, actorRef }: ReceivedEvent<EventData<typeof breachSuspected>>,
): Promise<void> {
  await runAll(
    tx,
    foldBreach({
      id: data.breachId,
      party: data.partyId,
      nature: data.nature,
      occurredFrom: data.occurredFrom,
      occurredTo: data.occurredTo ?? null,
      detectedAt: data.detectedAt,
      processorInformedAt: data.processorInformedAt ?? null,
      reportedAt: data.reportedAt,
      reportedBy: actorRef ?? NOT_CARRIED,
    }),
  );
}
