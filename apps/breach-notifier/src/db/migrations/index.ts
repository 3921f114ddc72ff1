import { messagingMigrations } from '@convenant/messaging';
import { platformMigrations } from '@convenant/platform';
import { LedgerReplica1795478400500 } from './2026-11-24-ledger-replica.migration.js';
import { BreachRegister1795478400600 } from './2026-11-24-breach-register.migration.js';
import { ErasuresAndVerifiedContacts1795478400800 } from './2026-11-24-erasures-and-verified-contacts.migration.js';
import { NoticesAndConsultations1795478400700 } from './2026-11-24-notices-and-consultations.migration.js';

/** Every migration of this service's database, those of the libs first. */
export const migrations = [
  ...messagingMigrations,
  ...platformMigrations,
  LedgerReplica1795478400500,
  BreachRegister1795478400600,
  NoticesAndConsultations1795478400700,
  ErasuresAndVerifiedContacts1795478400800,
];
