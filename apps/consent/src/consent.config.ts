import Type, { type Static } from 'typebox';
import { CommonSettings } from '@convenant/platform';

/** Short name: path, topic, database. */
export const serviceName = 'consent';

/** Nothing beyond what every service is told. */
export const settingsSchema = Type.Object(CommonSettings);
export type ConsentSettings = Static<typeof settingsSchema>;
