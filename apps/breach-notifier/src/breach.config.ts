import Type, { type Static } from 'typebox';
import { CommonSettings, secret } from '@convenant/platform';

/** Short name: path, topic, database. */
export const serviceName = 'breach';

/** Everything the service can be told; parsed once at the start. */
export const settingsSchema = Type.Object({
  ...CommonSettings,
  SMTP_URL: secret(Type.String({ pattern: '^smtps?://', rule: 'smtp://host:port or smtps://user:password@host:port' })),
  MAIL_FROM: Type.String({ pattern: '^[^\\s@<>]+@[^\\s@<>]+$', rule: 'the mailbox that breach notices are sent from' }),
  ESCALATE_AFTER: Type.String({
    pattern: '^P(?!$)(\\d+W)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?)?$',
    default: 'P1D',
    rule: 'an ISO 8601 period of weeks, days, hours or minutes: how long a notice may stay without acknowledgement',
  }),
  PUBLIC_URL: Type.Optional(Type.String({ pattern: '^https?://', rule: 'the address under which parties reach this' })),
  MAIL_LEASE_MS: Type.Integer({
    minimum: 500,
    maximum: 300_000,
    default: 20_000,
    rule: 'how long sending one mail may take, in milliseconds',
  }),
  MAIL_RETRY_MS: Type.Integer({
    minimum: 50,
    maximum: 300_000,
    default: 2_000,
    rule: 'the first pause after a mail server said "later", in milliseconds; doubles up to five minutes',
  }),
});
export type BreachSettings = Static<typeof settingsSchema>;
