/**
 * `node tools/provision.mjs`: databases with their roles, migrated, and the fixed topics, on servers that are there; run once
 * before the services of a version start, again at the next version. Idempotent.
 *
 * Settings: `DATABASE_URL` (an admin connection), `INSTALLATION`, `KAFKA_BROKERS` with `KAFKA_SASL_USERNAME`,
 * `KAFKA_SASL_PASSWORD` and `KAFKA_TLS`, and `<SERVICE>_DATABASE_PASSWORD` for the restricted role of each service.
 */
import { randomBytes } from 'node:crypto';
import { provision } from './launch/provision.mjs';
import { services } from './launch/services.mjs';

const passwordName = (/** @type {string} */ service) => `${service.toUpperCase()}_DATABASE_PASSWORD`;
const { DATABASE_URL, INSTALLATION = 'convenant', KAFKA_BROKERS, KAFKA_TLS } = process.env;
const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = process.env;
const needed = ['DATABASE_URL', 'KAFKA_BROKERS', ...services.map(({ name }) => passwordName(name))];
const missing = needed.filter((name) => !process.env[name]);

if (!DATABASE_URL || !KAFKA_BROKERS || missing.length > 0) {
  console.error(`Set ${missing.join(', ')}: see the head of tools/provision.mjs.`);
  process.exitCode = 78;
} else {
  const kafka = {
    brokers: KAFKA_BROKERS.split(','),
    ...(username && password && { sasl: { username, password } }),
    ...(KAFKA_TLS === 'true' && { tls: true }),
  };
  await provision({ adminUrl: DATABASE_URL, kafka }, INSTALLATION, (service) => ({
    // Only migrations use the owner, and they run here: nobody needs to keep its password.
    owner: randomBytes(24).toString('base64url'),
    runtime: /** @type {string} */ (process.env[passwordName(service)]),
  }));
  console.log(`Provisioned ${services.map(({ name }) => `${INSTALLATION}_${name}`).join(', ')} and the topics.`);
}
