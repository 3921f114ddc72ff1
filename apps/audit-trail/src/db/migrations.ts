import { ReadingsInOrder1795478400800 } from './migrations/2026-11-24-readings-in-order.migration.js';
import { Sight1795478400700 } from './migrations/2026-11-24-sight.migration.js';
import { Trail1795478400500 } from './migrations/2026-11-24-trail.migration.js';
import { UnreadableRecords1795478400600 } from './migrations/2026-11-24-unreadable-records.migration.js';

/** Of this app alone, oldest first; those of the libs come before them. */
export const auditMigrations = [
  Trail1795478400500,
  UnreadableRecords1795478400600,
  Sight1795478400700,
  ReadingsInOrder1795478400800,
];
