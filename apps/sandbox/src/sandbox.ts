import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { TimeMachine } from './clock/time-machine.js';
import { addRoutes } from './http/routes.js';
import { createIdentityProvider, identityPath, type IdentityProvider } from './identity/identity-provider.js';
import { PersonaStore } from './identity/persona-store.js';
import { MailServer } from './mail/mail-server.js';
import { Spool } from './mail/spool.js';
import { Websites } from './http/websites.js';
import { LookUpSources } from './source/look-up-sources.js';
import { readState, writeState } from './state-file.js';

export interface SandboxSettings {
  /** Of the HTTP side; 0 for the one of the last start while it is free, else any. */
  port: number;
  smtpPort: number;
  host: string;
  /** Keys, personas and mails; a restart on the same directory leaves tokens valid. */
  directory: string;
  /** The file by which the services know the moved clock. */
  clockFile: string;
  /** Address under which callers reach the sandbox, when that is not its own. */
  publicUrl?: string;
  audience: string;
  /** `production` is refused. */
  nodeEnv?: string;
}

/** A running sandbox. */
export interface Sandbox {
  readonly port: number;
  readonly smtpPort: number;
  /** Its own address, without a slash at the end. */
  readonly url: string;
  readonly issuer: string;
  readonly jwksUri: string;
  /** `host:port` of the websites of the parties. */
  readonly websiteHost: string;
  /** Where the source and the integrator are asked. */
  readonly sourceOrigins: readonly string[];
  readonly mailServer: MailServer;
  readonly clock: TimeMachine;
  tokenFor(persona: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts the agencies' side: identity provider, mail server, websites, source, time machine and their HTTP
 * interface. For development, tests and demonstrations.
 * @throws Error in production, and when a port is taken
 */
export async function createSandbox(settings: SandboxSettings): Promise<Sandbox> {
  if (settings.nodeEnv === 'production') throw new Error('The sandbox does not run in production');
  const { directory } = settings;
  const personas = await PersonaStore.open(join(directory, 'personas.json'));
  const spool = await Spool.open(join(directory, 'mails'));
  const clock = new TimeMachine(settings.clockFile);
  const mailServer = new MailServer(spool);

  const sources = await LookUpSources.start();
  let url = '';
  let identity: IdentityProvider | undefined;
  const server = fastify({
    logger: false,
    forceCloseConnections: true,
    // The identity provider reads its own bodies, so it is served before Fastify.
    serverFactory: (handler) =>
      createServer((request, response) =>
        identity && request.url?.startsWith(`${identityPath}/`)
          ? identity.handle(request, response)
          : handler(request, response),
      ),
  });
  const websites = new Websites();
  addRoutes(server, {
    clock,
    personas,
    spool,
    mailServer,
    websites,
    sources,
    url: () => url,
    identity: () => identity!,
  });

  const portFile = join(directory, 'port.json');
  try {
    const port = await listen(server, settings, (await readState<{ port: number }>(portFile))?.port);
    await writeState(portFile, { port });
    url = `http://127.0.0.1:${port}`;
    const provider = await createIdentityProvider({
      issuerBase: settings.publicUrl?.replace(/\/+$/, '') ?? url,
      localBase: url,
      audience: settings.audience,
      personas,
      keysFile: join(directory, 'keys.json'),
    });
    identity = provider;
    const smtpPort = await mailServer.listen(settings.smtpPort, settings.host);
    return {
      port,
      smtpPort,
      url,
      issuer: provider.issuer,
      jwksUri: provider.jwksUri,
      websiteHost: `127.0.0.1:${port}`,
      sourceOrigins: sources.origins,
      mailServer,
      clock,
      tokenFor: async (persona) => (await provider.tokenFor(persona)).token,
      close: async () => {
        await Promise.all([mailServer.close(), server.close(), sources.close()]);
      },
    };
  } catch (error) {
    await Promise.all([server.close(), sources.close()]);
    throw error;
  }
}

/** Parties are registered with the address of their issuer, so the port stays the same as long as it can. */
async function listen(
  server: FastifyInstance,
  { port, host }: SandboxSettings,
  kept: number | undefined,
): Promise<number> {
  try {
    await server.listen({ port: port === 0 ? (kept ?? 0) : port, host });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port !== 0) throw error;
    await server.listen({ port: 0, host });
  }
  return (server.server.address() as AddressInfo).port;
}
