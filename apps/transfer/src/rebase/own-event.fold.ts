import { ownEventFolds } from '@convenant/messaging';
import { disclosureFolds } from './disclosure.folds.js';
import { onwardFolds } from './onward.folds.js';
import { qualityFolds } from './quality.folds.js';
import { restrictionFolds } from './restriction.folds.js';
import { routeFolds } from './route.folds.js';

/**
 * Learns again, in a restored database, what this service said after the backup. Erasures come first: what the backup still
 * has of them is destroyed before anything else. Values never stand in an event: those of later disclosures are lost, and so
 * are the corrected ones, while the outdated ones are destroyed.
 */
export const transferFold = ownEventFolds(
  'transfer',
  [...disclosureFolds, ...qualityFolds, ...restrictionFolds, ...onwardFolds, ...routeFolds],
  [
    'values of disclosures',
    'passphrases and archives',
    'case references and identifiers of persons',
    'names of the fields of disclosed items',
    'delivery attempts',
    'addresses and secrets of sources',
    'that reports on users were asked for',
  ],
);
