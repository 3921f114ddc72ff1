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
  inProgress: {
    name: 'command_in_progress',
    text: 'SELECT NOT pg_try_advisory_xact_lock(hashtextextended($1, $2::bigint)) AS busy',
  },
} as const;
