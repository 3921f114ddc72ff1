import { CommonSettings, Key32, secret } from '@convenant/platform';
import Type, { type Static } from 'typebox';

/** ISO 8601 in whole calendar parts, longer than zero. */
const calendarPeriod = '^P(?=.*[1-9])(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?$';

/** Everything `transfer` can be told; parsed once at the start. */
export const settingsSchema = Type.Object({
  ...CommonSettings,
  SMTP_URL: secret(Type.String({ pattern: '^smtps?://', rule: 'smtp://host:port or smtps://user:password@host:port' })),
  MAIL_FROM: Type.String({ pattern: '^[^\\s@<>]+@[^\\s@<>]+$', rule: 'the mailbox that disclosures are sent from' }),
  VAULT_KEYRING_FILE: Type.String({ minLength: 1, rule: 'the file that holds the key-encryption keys, mode 0600' }),
  SUBJECT_KEY: Key32,
  QUALITY_DEADLINE: Type.String({
    pattern: calendarPeriod,
    default: 'P30D',
    rule: 'an ISO 8601 period (P30D): when a report on the quality of data is due where the protocol names no period (GDPR 12(3))',
  }),
  DELIVERIES_AT_ONCE: Type.Integer({
    minimum: 0,
    maximum: 32,
    default: 4,
    rule: 'how many deliveries this process makes at once; 0 leaves them to other replicas',
  }),
  ACCOUNTABILITY_PERIOD: Type.String({
    pattern: calendarPeriod,
    default: 'P10Y',
    rule: 'an ISO 8601 period (P10Y): how long after its last disclosure it can be said whom a reference stands for',
  }),
  ACCOUNTABILITY_BASIS: Type.String({
    minLength: 1,
    maxLength: 200,
    default: 'GDPR Art. 5(2) and 7(1); limitation of personal actions, ten years',
    rule: 'the law or the decision of the controllers that this period rests on',
  }),
  SOURCE_ORIGINS: Type.String({
    pattern: '^(https?://[^\\s/?#@]+(\\s+https?://[^\\s/?#@]+)*)?$',
    default: '',
    rule: 'the origins (https://host:port), separated by blanks, at which sources and integrators may be asked; none unless set',
  }),
  SOURCE_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 60_000,
    default: 5_000,
    rule: 'how long a source may take to answer a look-up, in milliseconds',
  }),
  LOOK_UP_BUDGET: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 200,
    rule: 'how many persons one user may look up in LOOK_UP_BUDGET_PERIOD where the protocol sets no limit',
  }),
  LOOK_UP_BUDGET_PERIOD: Type.String({
    pattern: calendarPeriod,
    default: 'P1D',
    rule: 'an ISO 8601 period (P1D): over which look-ups of a user are counted',
  }),
  DELIVERY_LEASE_MS: Type.Integer({
    minimum: 500,
    maximum: 300_000,
    default: 20_000,
    rule: 'how long one delivery attempt may take, in milliseconds',
  }),
  DELIVERY_TRANSPORT_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 300_000,
    default: 10_000,
    rule: 'how long after its lease bytes of a dead attempt may still be under way, in milliseconds',
  }),
  DELIVERY_RETRY_MS: Type.Integer({
    minimum: 50,
    maximum: 300_000,
    default: 2_000,
    rule: 'the first pause after a mail server said "later", in milliseconds; doubles up to five minutes',
  }),
});

export type TransferSettings = Static<typeof settingsSchema>;
