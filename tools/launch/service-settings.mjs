import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Settings that a person may give to `npm start` and that reach every service as they are. */
const passedOn = ['LOG_LEVEL', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'SANDBOX_ERROR_MESSAGES'];

/**
 * The settings of each service, secrets kept under `home` (0600) so that they are the same at the next start.
 * @param {{ home: string, installation: string, servers: import('./servers-in-use.mjs').ServersInUse,
 *   env: NodeJS.ProcessEnv }} options
 */
export function serviceSettings({ home, installation, servers, env }) {
  const folder = join(home, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { brokers, sasl, tls } = servers.kafka;
  const common = {
    INSTALLATION: installation,
    HOST: '127.0.0.1',
    KAFKA_BROKERS: brokers.join(','),
    ...(sasl && { KAFKA_SASL_USERNAME: sasl.username, KAFKA_SASL_PASSWORD: sasl.password }),
    KAFKA_TLS: String(tls ?? false),
    USER_REF_KEY: keptKey(join(folder, 'user-ref-key')),
    ...Object.fromEntries(passedOn.flatMap((name) => (env[name] ? [[name, /** @type {string} */ (env[name])]] : []))),
  };
  const databaseKey = keptKey(join(folder, 'database-key'));
  const password = (/** @type {string} */ role) =>
    createHash('sha256').update(`${databaseKey} ${installation} ${role}`).digest('base64url');

  return {
    /** @param {string} service */
    passwords: (service) => ({ owner: password(`${service} owner`), runtime: password(`${service} runtime`) }),

    /**
     * @param {string} service
     * @param {{ databaseUrl: string, sandbox: import('./system.mjs').SandboxReady, clockFile: string, url: string }} found
     *   `url`: under which parties reach the system
     * @returns {Record<string, string>}
     */
    of: (service, { databaseUrl, sandbox, clockFile, url }) => ({
      ...common,
      DATABASE_URL: databaseUrl,
      ADMIN_ISSUER: sandbox.issuer,
      ADMIN_JWKS_URI: sandbox.jwksUri,
      SANDBOX_CLOCK_FILE: clockFile,
      ...(['register', 'transfer', 'breach'].includes(service) && {
        SMTP_URL: `smtp://127.0.0.1:${sandbox.smtpPort}`,
        MAIL_FROM: 'convenant@sandbox.example',
      }),
      // Mails lead there.
      ...(['register', 'breach'].includes(service) && { PUBLIC_URL: url }),
      ...(service === 'register' && {
        // The websites of the parties are the sandbox's, on this machine.
        PUBLICATION_HTTP_HOSTS: sandbox.websiteHost,
        SANDBOX_PUBLICATION_PRIVATE: 'true',
      }),
      ...(service === 'transfer' && {
        SOURCE_ORIGINS: sandbox.sourceOrigins.join(' '),
        VAULT_KEYRING_FILE: join(folder, 'vault-keyring.json'),
        SUBJECT_KEY: keptKey(join(folder, 'subject-key')),
      }),
    }),
  };
}

/** @param {string} file @returns {string} 32 random bytes in base64, the same on every later call */
function keptKey(file) {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const key = randomBytes(32).toString('base64');
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return key;
}
