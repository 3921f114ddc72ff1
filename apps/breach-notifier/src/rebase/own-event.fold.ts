import { ownEventFolds } from '@convenant/messaging';
import { breachFolds } from './breach.folds.js';
import { noticeFolds } from './notice.folds.js';

/**
 * Learns again, in a restored database, what this service said after the backup: breaches with their clocks, notices with their
 * answers, consultations. Texts that parties wrote for themselves stand in no event, only their hashes.
 */
export const breachFold = ownEventFolds(
  'breach',
  [...breachFolds, ...noticeFolds],
  [
    'lists of affected disclosures of the phases since: compute the scope of each open breach again',
    'notices decided and not sent yet: the scope computed again decides them anew',
    'criteria of a scope: the affected protocols stand for them',
    'mailboxes of mails that were sent, and mails of escalations that were not',
    'documents prepared for an authority, reasons of a delay, notes of improvements: their hashes are kept',
  ],
);
