import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import Type from 'typebox';
import { CommonSettings, kafkaSettings, secret } from './common-settings.js';
import { loadSettings } from './load-settings.js';
import { SettingsError } from './settings-error.js';

const schema = Type.Object(CommonSettings);
const env = {
  DATABASE_URL: 'postgres://consent:pa55word@127.0.0.1:5432/convenant_consent',
  KAFKA_BROKERS: 'one:9092,two:9092',
  KAFKA_SASL_USERNAME: 'convenant',
  KAFKA_SASL_PASSWORD: 'hidden-too',
  USER_REF_KEY: Buffer.alloc(32, 7).toString('base64'),
};

function faultsOf(environment: NodeJS.ProcessEnv): string[] {
  try {
    loadSettings(schema, environment);
    return [];
  } catch (error) {
    return (error as SettingsError).faults.map((fault) => fault.name);
  }
}

describe('loadSettings', () => {
  it('converts, fills in defaults and leaves out what is not set', () => {
    const settings = loadSettings(schema, { ...env, PORT: '8080', KAFKA_TLS: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    expect(settings).toMatchObject({ PORT: 8080, KAFKA_TLS: true, INSTALLATION: 'convenant', HOST: '127.0.0.1' });
    expect(settings.OTEL_EXPORTER_OTLP_ENDPOINT).toBeUndefined();
    expect(kafkaSettings(settings)).toEqual({
      brokers: ['one:9092', 'two:9092'],
      sasl: { username: 'convenant', password: 'hidden-too' },
      tls: true,
    });
  });

  it('reports every fault together and never the value', () => {
    const wrong = {
      ...env,
      PORT: '99999',
      USER_REF_KEY: 'too-short-but-secret',
      KAFKA_BROKERS: 'nowhere',
      DATABASE_URL: '',
    };
    expect(faultsOf(wrong)).toEqual(['PORT', 'DATABASE_URL', 'KAFKA_BROKERS', 'USER_REF_KEY']);
    expect(() => loadSettings(schema, wrong)).toThrow(
      expect.not.objectContaining({ message: expect.stringMatching(/99999|too-short|nowhere/) }),
    );
  });

  it('asks for both halves of a pair', () => {
    expect(faultsOf({ ...env, KAFKA_SASL_PASSWORD: '' })).toEqual(['KAFKA_SASL_PASSWORD']);
    expect(faultsOf({ ...env, ADMIN_ISSUER: 'https://idp.example' })).toEqual(['ADMIN_JWKS_URI']);
  });

  it('refuses every sandbox setting in production, known or not', () => {
    const production = { ...env, NODE_ENV: 'production', SANDBOX_CLOCK_FILE: '/tmp/offset', SANDBOX_ANYTHING: '1' };
    expect(faultsOf(production)).toEqual(['SANDBOX_CLOCK_FILE', 'SANDBOX_ANYTHING']);
    expect(faultsOf({ ...production, NODE_ENV: 'development' })).toEqual([]);
  });

  it('hides secrets when the settings are printed or logged', () => {
    const settings = loadSettings(schema, env);
    for (const text of [JSON.stringify(settings), inspect(settings)]) {
      expect(text).not.toMatch(/pa55word|hidden-too|BwcHBw/);
      expect(text).toContain('[secret]');
    }
  });

  it('lets no secret have a default', () => {
    const careless = Type.Object({ TOKEN: secret(Type.String({ default: 'changeme' })) });
    expect(() => loadSettings(careless, {})).toThrow(/secret with a default/);
  });
});
