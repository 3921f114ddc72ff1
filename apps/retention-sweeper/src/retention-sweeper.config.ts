import Type, { type Static } from 'typebox';
import { CommonSettings } from '@convenant/platform';

/** Short name: path, topic, database. */
export const serviceName = 'retention';

/** ISO 8601 in whole calendar parts or hours, longer than zero. */
const period = '^P(?=.)(?=.*[1-9])(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?(T(?=.)(\\d+H)?(\\d+M)?)?$';

export const settingsSchema = Type.Object({
  ...CommonSettings,
  ERASURE_HORIZON: Type.String({
    pattern: period,
    default: 'P30D',
    rule: 'an ISO 8601 period (P30D): how long after an erasure backups and write-ahead logs may still give the values',
  }),
  PURGE_EVERY: Type.String({
    pattern: period,
    default: 'P1D',
    rule: 'an ISO 8601 period (P1D): how often the purge of each protocol runs, by the legal clock',
  }),
  SWEEP_EVERY_MS: Type.Integer({
    minimum: 20,
    maximum: 60_000,
    default: 500,
    rule: 'how often the sweeper looks for what has fallen due, in milliseconds of real time',
  }),
});
export type RetentionSettings = Static<typeof settingsSchema>;
