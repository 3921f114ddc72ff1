import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { DECLARED } from '../http/route-declaration.js';

const recorded = new WeakMap<object, { method: string; url: string; declared: boolean }[]>();

/** Notes every route the server gets from now on, whoever adds it. */
export function recordRoutes(server: FastifyInstance): void {
  const routes: { method: string; url: string; declared: boolean }[] = [];
  recorded.set(server, routes);
  server.addHook('onRoute', (route) => {
    const declared = (route.config as Record<string, unknown> | undefined)?.[DECLARED] === true;
    for (const method of [route.method].flat()) {
      // Fastify adds HEAD to each GET by itself; it runs the same handler and hooks.
      if (method !== 'HEAD') routes.push({ method, url: route.url, declared });
    }
  });
}

/**
 * The routes that do not say what they need, as `POST /consent/v1/…`: none in a sound service. The pages of the API
 * documentation are public by themselves and not counted. The application must be initialised (`app.init()`).
 */
export function undeclaredRoutes(app: NestFastifyApplication): string[] {
  const routes = recorded.get(app.getHttpAdapter().getInstance());
  if (!routes) throw new TypeError('The application was not made by createService');
  const documentation = /^\/[a-z]+\/(docs(\/|$|-)|openapi\.json$)/;
  return routes
    .filter((route) => !route.declared && !documentation.test(route.url))
    .map((route) => `${route.method} ${route.url}`);
}
