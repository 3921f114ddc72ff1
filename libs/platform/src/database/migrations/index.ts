import type { MigrationInterface } from 'typeorm';
import { TrustedIssuer1760000000100 } from './1760000000100-trusted-issuer.migration.js';

/** The tables this lib needs in the database of every service. */
export const platformMigrations: (new () => MigrationInterface)[] = [TrustedIssuer1760000000100];
