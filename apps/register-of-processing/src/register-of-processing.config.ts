import Type, { type Static } from 'typebox';
import { CommonSettings } from '@convenant/platform';

/** Short name: path, topic, database. */
export const serviceName = 'register';

/** Nothing beyond what every service is told. */
export const settingsSchema = Type.Object(CommonSettings);
export type RegisterSettings = Static<typeof settingsSchema>;
