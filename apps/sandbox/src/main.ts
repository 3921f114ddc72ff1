import { loadSettings } from '@convenant/platform';
import { sandboxSettings, settingsSchema } from './sandbox.config.js';
import { createSandbox } from './sandbox.js';
import { writeState } from './state-file.js';

/** Starts the sandbox as a process of its own; what it cannot start with is one sentence and exit code 1. */
async function main(): Promise<void> {
  const environment = loadSettings(settingsSchema, process.env);
  const sandbox = await createSandbox(sandboxSettings(environment));
  const stop = () => void sandbox.close().then(() => process.exit(0));
  process.once('SIGTERM', stop).once('SIGINT', stop);

  const { port, smtpPort, url, issuer, jwksUri, websiteHost, sourceOrigins } = sandbox;
  if (environment.READY_FILE) {
    const adminToken = await sandbox.tokenFor('admin');
    await writeState(environment.READY_FILE, {
      ...{ port, smtpPort, url, issuer, jwksUri, adminToken, websiteHost, sourceOrigins },
    });
  }
  console.log(JSON.stringify({ msg: 'ready', service: 'sandbox', port, smtpPort, issuer }));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
