import type { MigrationInterface } from 'typeorm';
import { Inbox1795478400002 } from './1795478400002-inbox.migration.js';
import { Operations1795478400003 } from './1795478400003-operations.migration.js';
import { OperatorCommands1795478400004 } from './1795478400004-operator-commands.migration.js';
import { Purge1795478400030 } from './1795478400030-purge.migration.js';
import { RoomForVersions1795478400031 } from './1795478400031-room-for-versions.migration.js';
import { Outbox1795478400001 } from './1795478400001-outbox.migration.js';

/** The tables of this lib, the same in the database of every service. */
export const messagingMigrations: (new () => MigrationInterface)[] = [
  Outbox1795478400001,
  Inbox1795478400002,
  Operations1795478400003,
  OperatorCommands1795478400004,
  Purge1795478400030,
  RoomForVersions1795478400031,
];
