import { rename, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DomainError } from '@convenant/kernel';
import type { Static, TObject } from 'typebox';
import { safeError } from '../logging/safe-error.js';
import type { CommonSettings } from '../settings/common-settings.js';
import { loadSettings } from '../settings/load-settings.js';
import { SettingsError } from '../settings/settings-error.js';

/** Exit codes of a service: it stopped as asked, it failed, its settings are wrong. */
export const exitCodes = { stopped: 0, failed: 1, settings: 78 } as const;

// A service that cannot finish its work in this time is ended; what it had not committed is done again by the next one.
const SHUTDOWN_DEADLINE = 15_000;
const DRAIN_DEADLINE = 3_000;

/** Sets a service going: relay and inbox first, then the port, so that an answer never comes before its facts can move. */
export async function startService(
  app: NestFastifyApplication,
  settings: Pick<CommonSettings, 'HOST' | 'PORT'>,
): Promise<{ port: number; url: string }> {
  await app.init();
  await app.startAllMicroservices();
  await app.listen(settings.PORT, settings.HOST);
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { port, url: `http://${settings.HOST}:${port}` };
}

/**
 * The whole `main.ts` of a service: reads the settings, starts, says that it is ready (one JSON line on stdout, and
 * `READY_FILE` atomically) and ends gracefully at SIGTERM or SIGINT.
 *
 * Exit codes: 0 stopped as asked, 1 failed, 78 wrong settings (each fault a sentence on stderr).
 */
export async function startMain<Settings extends TObject>(
  createApp: (settings: Static<Settings> & CommonSettings) => Promise<NestFastifyApplication>,
  settingsSchema: Settings,
  serviceName: string,
): Promise<void> {
  let app: NestFastifyApplication | undefined;
  try {
    const settings = loadSettings(settingsSchema, process.env) as Static<Settings> & CommonSettings;
    app = await createApp(settings);
    const { port } = await startService(app, settings);
    stopAtSignals(app);
    if (settings.READY_FILE) await writeReadyFile(settings.READY_FILE, port);
    process.stdout.write(`${JSON.stringify({ msg: 'ready', service: serviceName, port })}\n`);
  } catch (error) {
    process.exitCode = report(error, serviceName);
    await app?.close().catch(() => undefined);
    endSoon();
  }
}

/** Written beside and renamed: a reader sees no file or a whole one. */
async function writeReadyFile(file: string, port: number): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify({ port }));
  await rename(draft, file);
}

function stopAtSignals(app: NestFastifyApplication): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(exitCodes.failed), SHUTDOWN_DEADLINE).unref();
    app.close().then(
      () => {
        process.exitCode = exitCodes.stopped;
        endSoon();
      },
      (error: unknown) => {
        process.exitCode = report(error, 'shutdown');
        endSoon();
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Lets spans and log lines go out; ends what still keeps the process up after that. */
function endSoon(): void {
  setTimeout(() => process.exit(), DRAIN_DEADLINE).unref();
}

function report(error: unknown, service: string): number {
  if (error instanceof SettingsError) {
    process.stderr.write(`${service} cannot start: ${error.faults.length} setting(s) are not right.\n`);
    for (const fault of error.faults) process.stderr.write(`  ${fault.name} ${fault.detail}.\n`);
    return exitCodes.settings;
  }
  if (error instanceof DomainError) process.stderr.write(`${service} cannot start: ${error.code}: ${error.message}\n`);
  else process.stderr.write(`${service} failed: ${JSON.stringify(safeError(error))}\n`);
  return exitCodes.failed;
}
