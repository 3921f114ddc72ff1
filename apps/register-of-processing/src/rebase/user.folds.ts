import { userAuthorized, userRevocationEnforced, userRevoked } from '@convenant/contracts';
import { dateOf, folds, NOT_CARRIED, type NamedFold } from '@convenant/messaging';
import { foldAuthorization, foldRevocationEnforced, foldRevoked } from '../db/fold.statements.js';

/** Users authorised for look-ups, and revocations: by reference, since no event says whom a reference stands for. */
export const userFolds: readonly NamedFold[] = [
  folds(userAuthorized, (tx, { data, recordedTime }) => {
    const { authorizationId, partyId, protocolId, protocolVersion, userRef, supervisor } = data;
    const who = [authorizationId, partyId, protocolId, protocolVersion, userRef, NOT_CARRIED];
    const what = [data.unit, data.task, data.capacity, data.secrecy, data.items, data.scopeSource];
    const by = 'userRef' in supervisor ? [supervisor.userRef, null] : [null, supervisor.office];
    const when = [dateOf(data.validFrom), dateOf(data.validUntil), data.clause, new Date(recordedTime)];
    return tx.query(foldAuthorization, [...who, ...what, ...by, ...when]);
  }),
  folds(userRevoked, (tx, { data, recordedTime, aggregateVersion }) => {
    const { authorizationId, reason, revokedAt } = data;
    const at = [dateOf(revokedAt), new Date(recordedTime)];
    return tx.query(foldRevoked, [authorizationId, reason, ...at, aggregateVersion]);
  }),
  folds(userRevocationEnforced, (tx, { data: { authorizationId, enforcedAt, latencyMs } }) =>
    tx.query(foldRevocationEnforced, [authorizationId, dateOf(enforcedAt), latencyMs]),
  ),
];
