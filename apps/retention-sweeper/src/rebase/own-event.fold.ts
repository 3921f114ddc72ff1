import { ownEventFolds } from '@convenant/messaging';
import { clockFolds } from './clock.folds.js';
import { purgeFolds } from './purge.folds.js';

/**
 * Learns again, in a restored database, what this service said after the backup: holds, triggers, purges, attestations. What it
 * did without a word (an erasure that a hold kept) follows from transfer's events, which it reads again.
 */
export const retentionFold = ownEventFolds(
  'retention',
  [...clockFolds, ...purgeFolds],
  [
    'dates of the next scheduled purges: they run at once',
    'erasures of a purge under way that were not asked for yet: they fall to the next purge',
    'messages of agencies that were refused',
  ],
  ['hold.placed'],
);
