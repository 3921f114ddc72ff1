import { CommonSettings, Key32, secret } from '@convenant/platform';
import Type, { type Static } from 'typebox';

/** Everything `transfer` can be told; parsed once at the start. */
export const settingsSchema = Type.Object({
  ...CommonSettings,
  SMTP_URL: secret(Type.String({ pattern: '^smtps?://', rule: 'smtp://host:port or smtps://user:password@host:port' })),
  MAIL_FROM: Type.String({ pattern: '^[^\\s@<>]+@[^\\s@<>]+$', rule: 'the mailbox that disclosures are sent from' }),
  VAULT_KEYRING_FILE: Type.String({ minLength: 1, rule: 'the file that holds the key-encryption keys, mode 0600' }),
  SUBJECT_KEY: Key32,
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
