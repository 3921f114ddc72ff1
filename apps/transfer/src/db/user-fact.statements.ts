import type { EventData, userAuthorized } from '@convenant/contracts';
import type { Statement } from './statement.js';

export interface UserFactRow {
  authorization_id: string;
  version: number;
  party: string;
  protocol_id: string;
  user_ref: string;
  unit: string;
  task: string;
  capacity: string;
  secrecy: boolean;
  items: string[];
  supervisor: EventData<typeof userAuthorized>['supervisor'];
  valid_from: Date;
  valid_until: Date;
  revoked_at: Date | null;
}

/** A replay of old events must not let a revoked user look authorised for a moment. */
export const insertUserFact = (row: Omit<UserFactRow, 'revoked_at'>): Statement => ({
  name: 'insert_user_fact',
  text: `INSERT INTO user_fact (authorization_id, version, party, protocol_id, user_ref, unit, task, capacity, secrecy, items,
                supervisor, valid_from, valid_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (authorization_id) DO NOTHING`,
  values: [
    row.authorization_id,
    row.version,
    row.party,
    row.protocol_id,
    row.user_ref,
    row.unit,
    row.task,
    row.capacity,
    row.secrecy,
    row.items,
    JSON.stringify(row.supervisor),
    row.valid_from,
    row.valid_until,
  ],
});

export const revokeUserFact = (authorizationId: string, version: number, at: Date): Statement => ({
  name: 'revoke_user_fact',
  text: `UPDATE user_fact SET version = GREATEST(version, $2), revoked_at = $3
          WHERE authorization_id = $1 RETURNING authorization_id`,
  values: [authorizationId, version, at],
});

/** The authorisation for a task that stands, else the one that stood last. */
export const selectUserFact = (protocolId: string, userRef: string, task: string): Statement => ({
  name: 'select_user_fact',
  text: `SELECT * FROM user_fact WHERE protocol_id = $1 AND user_ref = $2 AND task = $3
          ORDER BY revoked_at DESC NULLS FIRST, valid_until DESC LIMIT 1`,
  values: [protocolId, userRef, task],
});

export const selectAuthorization = (authorizationId: string): Statement => ({
  name: 'select_user_authorization',
  text: 'SELECT * FROM user_fact WHERE authorization_id = $1',
  values: [authorizationId],
});

/** Of one user of a party, the newest first. */
export const selectAuthorizationsOf = (party: string, userRef: string): Statement => ({
  name: 'select_authorizations_of_user',
  text: 'SELECT * FROM user_fact WHERE party = $1 AND user_ref = $2 ORDER BY authorization_id DESC LIMIT 500',
  values: [party, userRef],
});
