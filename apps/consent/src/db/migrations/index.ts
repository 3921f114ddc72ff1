import { messagingMigrations } from '@convenant/messaging';
import { platformMigrations } from '@convenant/platform';
import { ConsentsAndWithdrawals1795478400100 } from './2026-11-24-consents-and-withdrawals.migration.js';
import { ProtocolVersions1795478410100 } from './2026-11-24-protocol-versions.migration.js';

/** Every migration of this service's database, those of the libs first. */
export const migrations = [
  ...messagingMigrations,
  ...platformMigrations,
  ConsentsAndWithdrawals1795478400100,
  ProtocolVersions1795478410100,
];
