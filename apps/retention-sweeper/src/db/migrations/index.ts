import { messagingMigrations } from '@convenant/messaging';
import { platformMigrations } from '@convenant/platform';
import { ClocksPurgesAndHolds1795478400100 } from './2026-11-24-clocks-purges-and-holds.migration.js';

/** Every migration of this service's database, those of the libs first. */
export const migrations = [...messagingMigrations, ...platformMigrations, ClocksPurgesAndHolds1795478400100];
