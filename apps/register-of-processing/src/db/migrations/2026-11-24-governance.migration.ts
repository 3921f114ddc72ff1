import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Public files and where they are published, processors and their lists, changes of the law, documents and evidence, and the
 * alerts about all of it. New tables only: locks nothing in use.
 *
 * Documents are what the parties show each other about themselves, never values of data subjects; they lie here in plain
 * bytes, by hash, and the database is encrypted at rest or not as the operator runs it.
 */
export class Governance1795478400900 implements MigrationInterface {
  name = 'Governance1795478400900';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE publication_file (
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        version integer NOT NULL CHECK (version >= 1),
        name text NOT NULL,
        media_type text NOT NULL,
        content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
        bytes bytea NOT NULL,
        PRIMARY KEY (protocol_id, version, name)
      );
      COMMENT ON TABLE publication_file IS 'append-only: the same version has the same bytes for ever';
      CREATE TABLE publication (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        version integer NOT NULL,
        party uuid NOT NULL REFERENCES party (id),
        url text NOT NULL,
        state text NOT NULL CHECK (state IN ('awaited', 'published', 'lapsed', 'replaced')),
        file text,
        content_hash text CHECK (content_hash ~ '^[0-9a-f]{64}$'),
        observed_at timestamptz,
        lapsed_at timestamptz,
        last_checked_at timestamptz,
        cause text,
        failures integer NOT NULL DEFAULT 0,
        next_check_at timestamptz,
        recorded_at timestamptz NOT NULL
      );
      CREATE UNIQUE INDEX publication_of_party ON publication (protocol_id, version, party) WHERE state <> 'replaced';
      CREATE INDEX publication_due ON publication (next_check_at) WHERE next_check_at IS NOT NULL;
      CREATE TABLE document (
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        document_hash text NOT NULL CHECK (document_hash ~ '^[0-9a-f]{64}$'),
        party uuid NOT NULL REFERENCES party (id),
        title text NOT NULL,
        media_type text NOT NULL,
        bytes bytea NOT NULL,
        uploaded_at timestamptz NOT NULL,
        PRIMARY KEY (protocol_id, document_hash)
      );
      COMMENT ON TABLE document IS 'append-only: evidence is not changed afterwards';
      CREATE TABLE processor (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        party uuid NOT NULL REFERENCES party (id),
        kind text NOT NULL CHECK (kind IN ('processor', 'subProcessor', 'installation')),
        name text NOT NULL,
        enterprise_number text CHECK (enterprise_number ~ '^[01][0-9]{9}$'),
        under uuid REFERENCES processor (id),
        particulars jsonb NOT NULL,
        clause text,
        blocked boolean NOT NULL,
        added_at timestamptz NOT NULL,
        ended_at timestamptz,
        CHECK ((kind = 'subProcessor') = (under IS NOT NULL))
      );
      CREATE INDEX processor_of_protocol ON processor (protocol_id, id);
      CREATE UNIQUE INDEX processor_once ON processor (protocol_id, party, lower(name)) WHERE ended_at IS NULL;
      CREATE TABLE processor_list (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        party uuid NOT NULL REFERENCES party (id),
        list_version integer NOT NULL,
        processors jsonb NOT NULL,
        list_hash text NOT NULL CHECK (list_hash ~ '^[0-9a-f]{64}$'),
        shared_at timestamptz NOT NULL,
        acknowledged_at timestamptz,
        UNIQUE (protocol_id, party, list_version)
      );
      CREATE TABLE law_change (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        party uuid NOT NULL REFERENCES party (id),
        instrument text NOT NULL,
        in_force_on date NOT NULL,
        impact text[] NOT NULL,
        document_hash text CHECK (document_hash ~ '^[0-9a-f]{64}$'),
        clause text,
        notified_at timestamptz NOT NULL,
        review_by timestamptz NOT NULL,
        outcome text CHECK (outcome IN ('noChange', 'amend', 'suspend', 'end')),
        review_impact text[],
        review_document_hash text CHECK (review_document_hash ~ '^[0-9a-f]{64}$'),
        reviewed_at timestamptz,
        CHECK ((outcome IS NULL) = (reviewed_at IS NULL) AND (outcome IS NULL) = (review_impact IS NULL))
      );
      CREATE INDEX law_change_of_protocol ON law_change (protocol_id, id);
      CREATE TABLE evidence (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        party uuid NOT NULL REFERENCES party (id),
        measure text NOT NULL,
        clause text NOT NULL,
        document_hash text NOT NULL CHECK (document_hash ~ '^[0-9a-f]{64}$'),
        as_of date NOT NULL,
        valid_until timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL
      );
      CREATE INDEX evidence_of_protocol ON evidence (protocol_id, party, measure, id);
      COMMENT ON TABLE evidence IS 'append-only: what was shown when; the last one of a measure counts';
      CREATE TABLE evidence_request (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        party uuid NOT NULL REFERENCES party (id),
        of_party uuid NOT NULL REFERENCES party (id),
        measures text[] NOT NULL,
        clause text,
        requested_at timestamptz NOT NULL,
        answer_by timestamptz NOT NULL,
        evidence uuid[],
        delivered_at timestamptz,
        CHECK ((evidence IS NULL) = (delivered_at IS NULL))
      );
      CREATE INDEX evidence_request_of_protocol ON evidence_request (protocol_id, id);
      CREATE TABLE alert (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        party uuid NOT NULL REFERENCES party (id),
        code text NOT NULL,
        about text,
        clause text,
        since timestamptz NOT NULL,
        raised_at timestamptz NOT NULL,
        cleared_at timestamptz
      );
      CREATE UNIQUE INDEX alert_standing ON alert (protocol_id, party, code, about) NULLS NOT DISTINCT
        WHERE cleared_at IS NULL;
      CREATE INDEX alert_of_protocol ON alert (protocol_id, id);
      CREATE TABLE governance_look (
        protocol_id uuid PRIMARY KEY REFERENCES protocol (id),
        seen_version integer NOT NULL,
        next_look_at timestamptz NOT NULL
      );
      CREATE INDEX governance_look_due ON governance_look (next_look_at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
