import { messagingMigrations } from '@convenant/messaging';
import { platformMigrations } from '@convenant/platform';
import { transferMigrations } from './db/migrations/index.js';

/** All that the database of transfer is made of. */
export const migrations = [...messagingMigrations, ...platformMigrations, ...transferMigrations];
