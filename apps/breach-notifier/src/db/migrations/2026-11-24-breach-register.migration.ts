import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The register of every breach (GDPR Art. 33(5)): facts, effects, remedial action; the affected disclosures per phase; what
 * was prepared for an authority; how data subjects were told. Makes tables only, so it locks nothing that exists.
 *
 * A breach row is created when it is reported and changed by the commands on it, under the lock of its aggregate; it is
 * never deleted here. `reported_by` and `aware_decided_by` are references whose mapping is in register's database.
 */
export class BreachRegister1795478400600 implements MigrationInterface {
  name = 'BreachRegister1795478400600';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE breach (
        id uuid PRIMARY KEY,
        party_id uuid NOT NULL,
        state text NOT NULL CHECK (state IN ('suspected', 'detected', 'dismissed', 'closed')),
        nature text[] NOT NULL CHECK (cardinality(nature) >= 1),
        occurred_from timestamptz NOT NULL,
        occurred_to timestamptz CHECK (occurred_to >= occurred_from),
        detected_at timestamptz NOT NULL CHECK (detected_at >= occurred_from),
        processor_informed_at timestamptz CHECK (processor_informed_at >= occurred_from),
        aware_at timestamptz CHECK (aware_at >= detected_at),
        aware_basis text,
        aware_decided_by text,
        authority_due_at timestamptz CHECK (authority_due_at > aware_at),
        reported_at timestamptz NOT NULL,
        reported_by text NOT NULL,
        criteria jsonb NOT NULL,
        phase integer NOT NULL CHECK (phase >= 1),
        scope jsonb NOT NULL,
        assessment jsonb,
        delay jsonb,
        dismissal jsonb,
        closing jsonb,
        CHECK ((aware_at IS NULL) = (aware_basis IS NULL) AND (aware_at IS NULL) = (authority_due_at IS NULL)),
        CHECK (state NOT IN ('detected', 'closed') OR aware_at IS NOT NULL),
        CHECK ((state = 'dismissed') = (dismissal IS NOT NULL)),
        CHECK ((state = 'closed') = (closing IS NOT NULL))
      );
      CREATE INDEX breach_of_party ON breach (party_id, id);
      CREATE TABLE affected_disclosure (
        breach_id uuid NOT NULL REFERENCES breach (id),
        phase integer NOT NULL CHECK (phase >= 1),
        disclosure_id uuid NOT NULL,
        protocol_id uuid NOT NULL,
        counterparty uuid NOT NULL,
        subject_ref uuid NOT NULL,
        items text[] NOT NULL,
        PRIMARY KEY (breach_id, phase, disclosure_id)
      );
      COMMENT ON TABLE affected_disclosure IS 'append-only: what a phase computed is not changed afterwards; the latest phase counts';
      CREATE TABLE authority_filing (
        id uuid PRIMARY KEY,
        breach_id uuid NOT NULL REFERENCES breach (id),
        phase integer NOT NULL CHECK (phase >= 1),
        authority text NOT NULL,
        language text NOT NULL CHECK (language IN ('nl', 'fr', 'de')),
        document jsonb NOT NULL,
        document_hash text NOT NULL,
        prepared_at timestamptz NOT NULL,
        receipt_code text,
        filed_at timestamptz,
        within_deadline boolean,
        CHECK ((receipt_code IS NULL) = (filed_at IS NULL) AND (filed_at IS NULL) = (within_deadline IS NULL))
      );
      CREATE INDEX authority_filing_of_breach ON authority_filing (breach_id, id);
      CREATE TABLE subject_information (
        id uuid PRIMARY KEY,
        breach_id uuid NOT NULL REFERENCES breach (id),
        mode text NOT NULL CHECK (mode IN ('direct', 'publicCommunication', 'exempt')),
        exemption text CHECK (exemption IN ('unintelligible', 'riskRemoved', 'disproportionateEffort')),
        persons integer NOT NULL CHECK (persons >= 0),
        phase integer NOT NULL,
        informed_at timestamptz NOT NULL,
        text_hash text,
        CHECK ((mode = 'direct') = (exemption IS NULL))
      );
      COMMENT ON TABLE subject_information IS 'append-only: an act or a coded reason, never changed';
      CREATE INDEX subject_information_of_breach ON subject_information (breach_id, id);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
