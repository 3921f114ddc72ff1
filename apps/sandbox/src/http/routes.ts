import type { FastifyInstance, FastifyReply } from 'fastify';
import type { TimeMachine } from '../clock/time-machine.js';
import type { IdentityProvider } from '../identity/identity-provider.js';
import type { PersonaStore } from '../identity/persona-store.js';
import type { MailServer } from '../mail/mail-server.js';
import type { Spool } from '../mail/spool.js';
import type { LookUpSources } from '../source/look-up-sources.js';
import { SandboxError } from '../sandbox-error.js';
import { frontPage, frontPageScript } from './front-page.js';
import type { Websites } from './websites.js';

/** What the routes of the sandbox speak to. */
export interface Parts {
  clock: TimeMachine;
  personas: PersonaStore;
  spool: Spool;
  mailServer: MailServer;
  websites: Websites;
  sources: LookUpSources;
  /** Its own address, known once it listens. */
  url: () => string;
  /** Known once the sandbox listens, because the issuer holds its address. */
  identity: () => IdentityProvider;
}

const CONTENT_SECURITY = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'";

/** A website of a party is another site than the sandbox, whatever stands there. */
const OF_A_WEBSITE = {
  'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** The routes under `/sandbox/`; every error is `{code, detail}`. */
export function addRoutes(server: FastifyInstance, parts: Parts): void {
  const { clock, personas, spool, mailServer, websites, sources, url, identity } = parts;

  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof SandboxError) return answerError(reply, error.status, error.code, error.message);
    if (error.statusCode && error.statusCode < 500) {
      return answerError(reply, error.statusCode, 'REQUEST_INVALID', error.message);
    }
    request.log.error(error);
    return answerError(reply, 500, 'INTERNAL', 'Something went wrong in the sandbox; its output says what');
  });
  server.setNotFoundHandler((_request, reply) => answerError(reply, 404, 'NOT_FOUND', 'Nothing here; see /sandbox/'));

  server.get('/sandbox', (_request, reply) => reply.redirect('/sandbox/'));
  server.get('/sandbox/', async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({ 'content-security-policy': CONTENT_SECURITY, 'cache-control': 'no-store' })
      .send(frontPage({ clock: await clock.read(), personas: personas.all(), mails: spool.list() })),
  );
  server.get('/sandbox/page.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(frontPageScript),
  );
  server.get('/sandbox/health', () => ({ status: 'UP' }));

  server.get('/sandbox/v1/clock', () => clock.read());
  server.post('/sandbox/v1/clock', ({ body }) => clock.move(body));

  server.get('/sandbox/v1/issuer', () => ({ issuer: identity().issuer, jwksUri: identity().jwksUri }));
  server.get('/sandbox/v1/personas', () => ({ items: personas.all() }));
  server.post<{ Params: { persona: string } }>('/sandbox/v1/personas/:persona', ({ params, body }) =>
    personas.assign(params.persona, (body as { party?: unknown } | null)?.party),
  );
  server.post('/sandbox/v1/tokens', ({ body }) => {
    const persona = (body as { persona?: unknown } | null)?.persona;
    if (typeof persona !== 'string') throw new SandboxError(400, 'PERSONA_MISSING', 'Give {"persona": "og-team"}');
    return identity().tokenFor(persona);
  });

  server.get<{ Querystring: { to?: string; after?: string } }>('/sandbox/v1/mails', ({ query }) => {
    const { to, after } = query;
    const start = after === undefined ? 0 : spool.list().indexOf(spool.get(after)) + 1;
    const mails = spool.list().slice(start);
    return { items: to === undefined ? mails : mails.filter((mail) => mail.to.includes(to)) };
  });
  server.get<{ Params: { id: string } }>('/sandbox/v1/mails/:id', ({ params }) => spool.get(params.id));
  server.get<{ Params: { id: string } }>('/sandbox/v1/mails/:id/raw', async ({ params }, reply) =>
    // Shown as text, whatever it contains.
    reply
      .type('text/plain; charset=utf-8')
      .header('x-content-type-options', 'nosniff')
      .send(await spool.raw(params.id)),
  );
  server.get<{ Params: { id: string }; Querystring: { name?: string } }>(
    '/sandbox/v1/mails/:id/attachment',
    async ({ params, query }, reply) => {
      const { name, content } = await spool.attachment(params.id, query.name);
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
        .send(content);
    },
  );

  server.get<{ Params: { '*': string } }>('/sandbox/websites/*', ({ params }, reply) => {
    const page = websites.at(params['*']);
    if (!page) return answerError(reply, 404, 'NOT_FOUND', 'Nothing is published here');
    return reply.type(page.mediaType).headers(OF_A_WEBSITE).send(page.content);
  });
  server.get('/sandbox/v1/websites', () => ({ url: `${url()}/sandbox/websites` }));
  server.post('/sandbox/v1/websites', ({ body }) => websites.change(body));
  server.get('/sandbox/v1/sources', () => sources.endpoints);

  server.get('/sandbox/v1/mail-behaviour', () => mailServer.currentBehaviour());
  server.post('/sandbox/v1/mail-behaviour', ({ body }) => mailServer.behave(body));
}

function answerError(reply: FastifyReply, status: number, code: string, detail: string): FastifyReply {
  return reply.status(status).send({ code, detail });
}
