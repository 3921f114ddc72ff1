export interface CommandRecordRow {
  fingerprint: string;
  status: number;
  result: Record<string, string | string[]>;
}

export const commandStatements = {
  find: {
    name: 'command_find',
    text: 'SELECT fingerprint, status, result FROM command_record WHERE party = $1 AND client = $2 AND key = $3',
  },
  record: {
    name: 'command_record',
    text: `INSERT INTO command_record (party, client, key, fingerprint, status, result, recorded_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)`,
  },
  /** The known ones of many; `place` counts from 1. */
  findAll: {
    name: 'command_find_all',
    text: `SELECT asked.place::int AS place, c.fingerprint, c.status, c.result
             FROM unnest($1::text[], $2::text[], $3::uuid[]) WITH ORDINALITY AS asked (party, client, key, place)
             JOIN command_record c USING (party, client, key)`,
  },
  recordAll: {
    name: 'command_record_all',
    text: `INSERT INTO command_record (party, client, key, fingerprint, status, result, recorded_at)
           SELECT party, client, key, fingerprint, status, result, $7::timestamptz
             FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::int[], $6::jsonb[])
               AS decided (party, client, key, fingerprint, status, result)`,
  },
  inProgress: {
    name: 'command_in_progress',
    text: 'SELECT NOT pg_try_advisory_xact_lock(hashtextextended($1, $2::bigint)) AS busy',
  },
} as const;
