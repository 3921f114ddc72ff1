import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who may see an entry is written down when it becomes so, in `trail_sight`: `since` is the position of the arrival that
 * made it visible. It is written under the lock of `trail_head`, so a reader who goes on behind (since, position) meets
 * everything once, also an entry that became visible later than it arrived; pages, streams and topics read nothing else.
 *
 * `trail_readers` is the one place that decides it. An entry whose basis is not known has no reader. A change of it is a
 * new migration that also says what becomes of the entries that are there.
 *
 * Also: the wire type, the trace and the person of an entry in columns, the cursors of the parties' topics, and a
 * notification for whoever waits. Entries that are there get all of it; locks the tables of the trail while it runs.
 */
export class Sight1795478400700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE trail_entry ADD COLUMN type text, ADD COLUMN traceparent text, ADD COLUMN subject_ref uuid;
      UPDATE trail_entry SET type = 'be.convenant.' || service || '.v1.' || name,
                             subject_ref = (data::jsonb ->> 'subjectRef')::uuid;
      ALTER TABLE trail_entry ALTER COLUMN type SET NOT NULL;
      CREATE INDEX trail_entry_of_person ON trail_entry (subject_ref, position) WHERE subject_ref IS NOT NULL;
      CREATE INDEX trail_entry_of_consent ON trail_entry (basis_consent_id) WHERE basis_consent_id IS NOT NULL;
      CREATE INDEX trail_entry_of_cause ON trail_entry (basis_cause_subject) WHERE basis_cause_subject IS NOT NULL;
      CREATE INDEX trail_entry_about_party ON trail_entry (basis_about_party) WHERE basis_about_party IS NOT NULL;
      CREATE INDEX protocol_party_of_receiver ON protocol_party (receiver);

      CREATE TABLE trail_sight (
        reader text NOT NULL,
        since bigint NOT NULL,
        position bigint NOT NULL CHECK (position <= since) REFERENCES trail_entry (position),
        PRIMARY KEY (reader, position)
      );
      CREATE UNIQUE INDEX trail_sight_in_reading_order ON trail_sight (reader, since, position);
      COMMENT ON TABLE trail_sight IS 'append-only: which reader (a party, or operator) sees which entry, since which arrival';

      CREATE FUNCTION trail_readers_by_basis(e trail_entry) RETURNS SETOF text LANGUAGE sql STABLE AS $$
        SELECT p.sender::text FROM protocol_party p WHERE 'S' = ANY (e.sees) AND p.protocol_id = e.basis_protocol_id
        UNION
        SELECT p.receiver::text FROM protocol_party p WHERE 'R' = ANY (e.sees) AND p.protocol_id = e.basis_protocol_id
        UNION
        SELECT p.receiver::text FROM protocol_party p, consent_disclosed d
         WHERE 'R-if-disclosed' = ANY (e.sees) AND p.protocol_id = e.basis_protocol_id AND d.consent_id = e.basis_consent_id
        UNION
        SELECT e.basis_about_party::text WHERE 'P' = ANY (e.sees) AND e.basis_about_party IS NOT NULL
        UNION
        SELECT e.basis_requester_party::text WHERE 'requester' = ANY (e.sees) AND e.basis_requester_party IS NOT NULL
        UNION
        SELECT e.basis_counterparty::text WHERE 'C' = ANY (e.sees) AND e.basis_counterparty IS NOT NULL
        UNION
        SELECT p.receiver::text FROM protocol_party p
         WHERE 'C' = ANY (e.sees) AND e.service = 'register' AND p.sender = e.basis_about_party
        UNION
        SELECT p.sender::text FROM protocol_party p
         WHERE 'C' = ANY (e.sees) AND e.service = 'register' AND p.receiver = e.basis_about_party
      $$;
      CREATE FUNCTION trail_readers(e trail_entry) RETURNS SETOF text LANGUAGE sql STABLE AS $$
        SELECT trail_readers_by_basis(e)
        UNION
        SELECT 'operator' WHERE 'I' = ANY (e.sees)
        UNION
        SELECT trail_readers_by_basis(c) FROM trail_entry c
         WHERE 'as-cause' = ANY (e.sees) AND c.service = e.basis_cause_service AND c.subject = e.basis_cause_subject
           AND c.aggregate_version = e.basis_cause_version
        UNION
        SELECT trail_readers_by_basis(c) FROM trail_entry c
         WHERE 'as-blocked' = ANY (e.sees) AND c.subject = e.basis_cause_subject
      $$;
      INSERT INTO trail_sight (reader, since, position)
      SELECT r.reader, e.position, e.position FROM trail_entry e CROSS JOIN LATERAL trail_readers(e) AS r (reader);

      CREATE TABLE audit_topic (
        party uuid PRIMARY KEY,
        since bigint NOT NULL DEFAULT 0,
        position bigint NOT NULL DEFAULT 0
      );
      COMMENT ON TABLE audit_topic IS
        'one row per party, made when it is registered: the last entry that is surely on its topic; only moves forward';
      INSERT INTO audit_topic (party)
      SELECT DISTINCT basis_about_party FROM trail_entry WHERE name = 'party.registered' AND basis_about_party IS NOT NULL;

      ALTER TABLE trail_read DROP CONSTRAINT trail_read_what_check;
      ALTER TABLE trail_read ADD CHECK (what IN ('entries', 'completeness', 'stream', 'account'));

      CREATE FUNCTION tell_trail_growth() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NOTIFY trail_grown;
        RETURN NULL;
      END $$;
      CREATE TRIGGER trail_growth_is_told AFTER UPDATE ON trail_head
        FOR EACH STATEMENT EXECUTE FUNCTION tell_trail_growth();
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
