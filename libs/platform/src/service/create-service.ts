import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { KafkaInboxStrategy } from '@convenant/messaging';
import { DomainError, newId } from '@convenant/kernel';
import type { FactService } from '@convenant/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Logger, PinoLogger } from 'nestjs-pino';
import { addHealthRoutes, HealthCheck } from '../health/health.js';
import { problemOf, toDomainError } from '../http/problem.js';
import { addRequestHooks } from '../http/request-hooks.js';
import { RouteHooks } from '../http/route-hooks.js';
import { BODY_LIMIT as BODY_LIMIT_OF_ROUTE } from '../http/route-declaration.js';
import { serveOpenApi } from '../openapi/serve-openapi.js';
import type { CommonSettings } from '../settings/common-settings.js';
import { withOperations } from '../operations/operations.module.js';
import { recordRoutes } from './undeclared-routes.js';
import { closeUnusedConnections } from './unused-connections.js';

export interface ServiceOptions {
  /** The app's module; imports `PlatformModule.forRoot` and `MessagingModule.forRoot`. */
  module: DynamicModule | Type;
  /** Short name: first part of every path. */
  service: string;
  settings: CommonSettings;
  /** The topics this service reads; everything but the register reads `register`. */
  subscribes: readonly FactService[];
}

/** Bytes. The register takes protocol files of up to 1 MiB as a JSON string; nobody else takes a file. */
const bodyLimits: Record<string, number> = { register: Math.floor(1.2 * 1024 * 1024) };
const BODY_LIMIT = 64 * 1024;

// Milliseconds for a whole request to arrive: one that trickles in must not hold a connection for ever.
const REQUEST_TIMEOUT = 30_000;

/**
 * Makes a service that is wired but does not listen yet: controllers under `/<service>/v1`, every error as problem+json,
 * operators' routes under `/<service>/v1/operations` where messages are read, OpenAPI at `/<service>/openapi.json` and `/<service>/docs`, health at `/health` and `/<service>/health`, the inbox
 * connected. `startService` (or Nest's `startAllMicroservices` and `listen`) sets it going; `close()` ends it gracefully.
 */
export async function createService(options: ServiceOptions): Promise<NestFastifyApplication> {
  const { service, settings, subscribes } = options;
  if (service !== 'register' && !subscribes.includes('register')) {
    throw new TypeError(`${service} must read the topic of the register: it tells which issuers are trusted`);
  }
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimits[service] ?? BODY_LIMIT,
    genReqId: () => newId(),
    requestIdHeader: false,
    logger: false,
    return503OnClosing: false,
    requestTimeout: REQUEST_TIMEOUT,
    clientErrorHandler: answerUnreadable,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 200 },
    frameworkErrors: ((error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      answerProblem(error, request.id, reply)) as never,
  });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  server.removeContentTypeParser('text/plain');
  recordRoutes(server);
  applyBodyLimits(server);
  closeUnusedConnections(server);

  const root = subscribes.length > 0 ? withOperations(options.module) : options.module;
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false, // Fastify's own parser for JSON and no other: a form or a text is refused
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  app.flushLogs();
  app.setGlobalPrefix(`${service}/v1`);
  const logger = await app.resolve(PinoLogger);
  addRequestHooks(server, logger);
  app.get(RouteHooks).addTo(server, `/${service}/v1`);
  addHealthRoutes(server, service, app.get(HealthCheck));
  serveOpenApi(app, service, settings.INSTALLATION);
  if (subscribes.length > 0) app.connectMicroservice({ strategy: app.get(KafkaInboxStrategy) });
  return app;
}

/** A route that takes documents says how large its body may be; all others keep the limit of the service. */
function applyBodyLimits(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const limit = (route.config as Record<string, unknown> | undefined)?.[BODY_LIMIT_OF_ROUTE];
    if (typeof limit === 'number') route.bodyLimit = limit;
  });
}

/** For what is not even HTTP, or never arrived whole: there is no request yet, so the answer is written by hand. */
function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const refusal =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? new DomainError('UNAVAILABLE', 'The request took too long to arrive')
      : new DomainError('BODY_MALFORMED', 'The request cannot be read');
  const problem = problemOf(refusal, newId());
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** For what fails before a route is chosen, such as an address that cannot be decoded. */
function answerProblem(error: unknown, requestId: string, reply: FastifyReply): void {
  const found = toDomainError(error);
  const refusal = found.code === 'INTERNAL' ? new DomainError('BODY_MALFORMED', 'The request cannot be read') : found;
  const problem = problemOf(refusal, requestId);
  void reply
    .status(problem.status)
    .header('content-type', 'application/problem+json')
    .header('x-request-id', requestId)
    .send(JSON.stringify(problem));
}
