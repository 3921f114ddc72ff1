import { Injectable } from '@nestjs/common';
import type { OwnEventFold, ReceivedEvent } from '@convenant/messaging';
import { disclosureFolds } from './disclosure.folds.js';
import type { Folds, FoldTransaction } from './folding.js';
import { qualityFolds } from './quality.folds.js';
import { restrictionFolds } from './restriction.folds.js';

/**
 * Learns again, in a restored database, what this service said after the backup. Erasures come first: what the backup still
 * has of them is destroyed before anything else. Values never stand in an event: those of later disclosures are lost, and so
 * are the corrected ones, while the outdated ones are destroyed.
 */
@Injectable()
export class TransferFold implements OwnEventFold {
  readonly notCarried = [
    'values of disclosures',
    'passphrases and archives',
    'case references and identifiers of persons',
    'names of the fields of disclosed items',
    'delivery attempts',
  ];

  async fold(tx: FoldTransaction, event: ReceivedEvent): Promise<void> {
    const fold = everyFold.get(event.name);
    if (!fold) throw new Error(`No fold for ${event.name}`);
    await fold(tx, event as ReceivedEvent<never>);
  }
}

const everyFold: Folds = new Map([...disclosureFolds, ...qualityFolds, ...restrictionFolds]);

/** Every event that is learnt again, by name. */
export const foldedEvents: readonly string[] = [...everyFold.keys()];
