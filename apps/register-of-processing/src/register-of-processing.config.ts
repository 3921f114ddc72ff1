import Type, { type Static } from 'typebox';
import { CommonSettings, secret } from '@convenant/platform';

/** Short name: path, topic, database. */
export const serviceName = 'register';

/** Beyond what every service is told: how the topics of parties are kept, and how their mailboxes are verified. */
export const settingsSchema = Type.Object({
  ...CommonSettings,
  KAFKA_REPLICATION: Type.Integer({
    minimum: 1,
    maximum: 32_767,
    default: 1,
    rule: 'how many brokers keep each record of a topic of a party (3 in production)',
  }),
  KAFKA_MIN_INSYNC_REPLICAS: Type.Integer({
    minimum: 1,
    maximum: 32_767,
    default: 1,
    rule: 'how many of them must have it before it counts (2 in production)',
  }),
  SMTP_URL: secret(Type.String({ pattern: '^smtps?://', rule: 'smtp://host:port or smtps://user:password@host:port' })),
  MAIL_FROM: Type.String({ pattern: '^[^\\s@<>]+@[^\\s@<>]+$', rule: 'the mailbox that codes are sent from' }),
  CONTACT_VERIFICATION: Type.String({
    pattern: '^P(?=\\d)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?$',
    default: 'P6M',
    rule: 'an ISO 8601 period (P6M): how long the verification of a mailbox counts',
  }),
});
export type RegisterSettings = Static<typeof settingsSchema>;
