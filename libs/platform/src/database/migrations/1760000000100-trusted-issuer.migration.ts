import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which issuer may speak for which party, and where its keys are. New table: locks nothing that is in use. */
export class TrustedIssuer1760000000100 implements MigrationInterface {
  name = 'TrustedIssuer1760000000100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE trusted_issuer (
        party uuid PRIMARY KEY,
        issuer text NOT NULL CHECK (issuer <> ''),
        jwks_uri text NOT NULL CHECK (jwks_uri ~ '^https?://')
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE trusted_issuer');
  }
}
