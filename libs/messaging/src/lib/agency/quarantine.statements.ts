import type { QuarantinedMessage } from '@convenant/contracts';

export interface QuarantineRow {
  id: string;
  topic: string;
  partition: number;
  message_offset: string;
  code: string;
  clause: string | null;
  faults: QuarantinedMessage['faults'];
  message_hash: string;
  quarantined_at: Date;
}

export const quarantineStatements = {
  holds: `SELECT FROM agency_quarantine
           WHERE topic = $1 AND partition = $2 AND message_offset = $3 AND message_hash = $4`,
  keep: `INSERT INTO agency_quarantine (id, party, topic, partition, message_offset, code, clause, faults, message_hash,
                                        message, quarantined_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (topic, partition, message_offset, message_hash) DO NOTHING`,
  page: `SELECT id, topic, partition, message_offset, code, clause, faults, message_hash, quarantined_at
           FROM agency_quarantine
          WHERE party = $1 AND ($2::uuid IS NULL OR id < $2::uuid)
          ORDER BY id DESC LIMIT $3`,
  eraseOld: `UPDATE agency_quarantine SET message = NULL WHERE message IS NOT NULL AND quarantined_at < $1`,
} as const;
