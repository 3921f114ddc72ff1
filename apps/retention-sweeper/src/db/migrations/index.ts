import { agencyMigrations, messagingMigrations } from '@convenant/messaging';
import { platformMigrations } from '@convenant/platform';
import { ClocksPurgesAndHolds1795478400100 } from './2026-11-24-clocks-purges-and-holds.migration.js';
import { HoldsOfDisputes1795478400200 } from './2026-11-24-holds-of-disputes.migration.js';
import { UpcomingVersions1795478400300 } from './2026-11-24-upcoming-versions.migration.js';
import { RightsOfDataSubjects1795478400850 } from './2026-11-24-rights-of-data-subjects.migration.js';

/** Every migration of this service's database, those of the libs first. */
export const migrations = [
  ...messagingMigrations,
  ...agencyMigrations,
  ...platformMigrations,
  ClocksPurgesAndHolds1795478400100,
  HoldsOfDisputes1795478400200,
  UpcomingVersions1795478400300,
  RightsOfDataSubjects1795478400850,
];
