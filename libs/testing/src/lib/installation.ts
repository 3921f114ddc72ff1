import { randomBytes } from 'node:crypto';

/** As `KafkaSettings` of `@convenant/messaging`. */
export interface TestKafkaSettings {
  brokers: string[];
  sasl: { username: string; password: string };
}

/**
 * A name for an installation of a spec's own: its topics, groups, databases and roles meet nobody else's on the shared
 * servers.
 */
export function testInstallation(): string {
  return `t${randomBytes(4).toString('hex')}`;
}

/** The broker of this test run, as superuser. */
export function kafkaSettings(): TestKafkaSettings {
  return {
    brokers: required('TEST_KAFKA_BROKERS').split(','),
    sasl: { username: required('TEST_KAFKA_SASL_USERNAME'), password: required('TEST_KAFKA_SASL_PASSWORD') },
  };
}

/** A setting that the run's global setup provides. */
export function required(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(
    `${name} is not set: this spec needs the test servers. Its name must end in .int.spec.ts or .e2e.spec.ts`,
  );
}
