import { messagingMigrations } from '@convenant/messaging';
import { platformMigrations } from '@convenant/platform';
import { PartiesAndProtocols1795478400100 } from './2026-11-24-parties-and-protocols.migration.js';

/** Every migration of the register's database, those of the libs first. */
export const migrations = [...messagingMigrations, ...platformMigrations, PartiesAndProtocols1795478400100];
