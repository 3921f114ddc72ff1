import { ownEventFolds } from '@convenant/messaging';
import { governanceFolds } from './governance.folds.js';
import { entryFolds } from './entry.folds.js';
import { partyFolds } from './party.folds.js';
import { protocolFolds } from './protocol.folds.js';
import { rightsFolds } from './rights.folds.js';
import { userFolds } from './user.folds.js';

/**
 * Learns again, in a restored database, what the register said after the backup: every step of every protocol, so no ending and
 * no suspension is lost. Who a party's first data protection officer is stands in no event.
 */
export const registerFold = ownEventFolds(
  'register',
  [...partyFolds, ...protocolFolds, ...userFolds, ...rightsFolds, ...governanceFolds, ...entryFolds],
  [
    'first data protection officers of parties registered since: the role dpo in their tokens counts all the same',
    'whom references of users authorised since stand for: the references count all the same',
    'ids of the mailboxes that such a party was registered with, until an event names them',
    'codes mailed to mailboxes and not given back',
    'messages of agencies that were refused',
    'mails to officers: of an alert that stands they are told again, of anything else they were told or were not',
    'documents of the parties: only their hashes stand in events, and the register lists those to be uploaded again',
    'addresses where parties publish that were not seen to hold the file yet',
  ],
);
