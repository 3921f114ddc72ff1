import Type, { type Static, type TObject, type TSchema } from 'typebox';
import type { FactService } from '@convenant/contracts';
import type { KafkaSettings, MessagingSettings } from '@convenant/messaging';

/** Marks a setting as a secret: it gets no default and is never shown. */
export function secret<T extends TSchema>(schema: T): T {
  return { ...schema, secret: true };
}

const base64Key = {
  pattern: '^[A-Za-z0-9+/]{43}=$',
  rule: '32 random bytes in base64 (openssl rand -base64 32)',
};

/** A secret of exactly 32 bytes in base64. */
export const Key32 = secret(Type.String({ ...base64Key }));

/**
 * The settings every service shares; spread into its own: `Type.Object({ ...CommonSettings, SMTP_URL: … })`.
 *
 * `rule` is what the fault says is expected; a fault never repeats the value.
 */
export const CommonSettings = {
  INSTALLATION: Type.String({
    pattern: '^[a-z][a-z0-9]{0,39}$',
    default: 'convenant',
    rule: 'lower-case letters and digits, beginning with a letter, at most 40',
  }),
  HOST: Type.String({ minLength: 1, default: '127.0.0.1', rule: 'the address to listen on' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 0, rule: 'a port number; 0 takes a free one' }),
  DATABASE_URL: secret(
    Type.String({ pattern: '^postgres(ql)?://', rule: 'postgres://user:password@host:port/database' }),
  ),
  KAFKA_BROKERS: Type.String({
    pattern: '^[^\\s,:]+:\\d+(,[^\\s,:]+:\\d+)*$',
    rule: 'host:port, several separated by commas',
  }),
  KAFKA_SASL_USERNAME: Type.Optional(Type.String({ minLength: 1, rule: 'the name of the SCRAM user' })),
  KAFKA_SASL_PASSWORD: Type.Optional(secret(Type.String({ minLength: 1, rule: 'the password of the SCRAM user' }))),
  KAFKA_TLS: Type.Boolean({ default: false, rule: 'true or false' }),
  USER_REF_KEY: Key32,
  ADMIN_ISSUER: Type.Optional(
    Type.String({ pattern: '^https?://', rule: 'the issuer whose tokens may carry installation-admin' }),
  ),
  ADMIN_JWKS_URI: Type.Optional(Type.String({ pattern: '^https?://', rule: 'where that issuer publishes its keys' })),
  TOKEN_AUDIENCE: Type.String({ minLength: 1, default: 'convenant', rule: 'the audience a token must name' }),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    rule: 'trace, debug, info, warn, error, fatal or silent',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(Type.String({ pattern: '^https?://', rule: 'an OTLP address over HTTP' })),
  NODE_ENV: Type.Enum(['production', 'development', 'test'], {
    default: 'development',
    rule: 'production, development or test',
  }),
  READY_FILE: Type.Optional(Type.String({ minLength: 1, rule: 'a file that receives the port once it is open' })),
  SANDBOX_CLOCK_FILE: Type.Optional(
    Type.String({ minLength: 1, rule: 'a file that holds how far the clock is moved, in milliseconds' }),
  ),
  SANDBOX_ERROR_MESSAGES: Type.Optional(
    Type.Boolean({ rule: 'true writes messages of unexpected errors to the log; they may hold personal data' }),
  ),
};

/** The values of the shared settings after `loadSettings`. */
export type CommonSettings = Static<TObject<typeof CommonSettings>>;

/** How `libs/messaging` is told about the broker. */
export function kafkaSettings(settings: CommonSettings): KafkaSettings {
  return {
    brokers: settings.KAFKA_BROKERS.split(','),
    ...(settings.KAFKA_SASL_USERNAME && settings.KAFKA_SASL_PASSWORD
      ? { sasl: { username: settings.KAFKA_SASL_USERNAME, password: settings.KAFKA_SASL_PASSWORD } }
      : {}),
    ...(settings.KAFKA_TLS ? { tls: true } : {}),
  };
}

/** The settings of `MessagingModule.forRoot` for one service. */
export function messagingSettings(settings: CommonSettings, service: FactService | 'audit'): MessagingSettings {
  return { installation: settings.INSTALLATION, service, kafka: kafkaSettings(settings) };
}
