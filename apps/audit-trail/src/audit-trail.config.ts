import Type, { type Static } from 'typebox';
import { CommonSettings } from '@convenant/platform';

/** Settings of the audit trail, from the environment: those that every service has. */
export const settingsSchema = Type.Object({ ...CommonSettings });
export type AuditTrailSettings = Static<typeof settingsSchema>;
