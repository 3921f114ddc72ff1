import {
  alertAccessionCleared,
  alertAccessionRaised,
  alertCleared,
  alertRaised,
  type EventData,
} from '@convenant/contracts';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import type { Alert } from '../../db/governance.entities.js';

/** In which transaction, about which protocol and caused by what something is told. */
export interface Telling {
  readonly tx: WriteTransaction;
  readonly protocolId: string;
  readonly version: number;
  readonly context: CommandContext;
}

/** What becomes of an alert, with its instants as events write them. */
type Turn =
  | { readonly raised: { readonly since: string; readonly raisedAt: string } }
  | { readonly cleared: { readonly clearedAt: string } };

/** Tells that an alert was raised or cleared. What is amiss between an accession and its framework has events of its own. */
export async function appendAlert(
  { tx, protocolId, version, context }: Telling,
  { id, party, code, about, clause }: Pick<Alert, 'id' | 'party' | 'code' | 'about' | 'clause'>,
  turn: Turn,
): Promise<void> {
  const quoted = clause === null ? {} : { clause };
  const envelope = { subject: id, context, protocolId, protocolVersion: version, ...quoted };
  const common = { alertId: id, protocolId, version, party, ...quoted };
  if (code === 'ACCESSION_BEYOND_FRAMEWORK') {
    const data = { ...common, finding: about! };
    if ('raised' in turn) await tx.append(alertAccessionRaised, { ...envelope, data: { ...data, ...turn.raised } });
    else await tx.append(alertAccessionCleared, { ...envelope, data: { ...data, ...turn.cleared } });
    return;
  }
  const data = { ...common, code: code as EventData<typeof alertRaised>['code'], ...(about === null ? {} : { about }) };
  if ('raised' in turn) await tx.append(alertRaised, { ...envelope, data: { ...data, ...turn.raised } });
  else await tx.append(alertCleared, { ...envelope, data: { ...data, ...turn.cleared } });
}
