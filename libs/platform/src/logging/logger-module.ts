import type { DynamicModule } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { LoggerModule } from 'nestjs-pino';
import type { CommonSettings } from '../settings/common-settings.js';
import { safeError } from './safe-error.js';

/**
 * pino behind Nest's logger. Private by construction, not by a list of what to remove: of a request only id and method reach
 * the log here, and one line per answer (method, route template, status, duration) comes from the request hooks. No body,
 * query string, header, path parameter or address; of an error what `safeError` keeps.
 */
export function loggerModule(settings: CommonSettings, service: string): DynamicModule {
  const withMessages = settings.SANDBOX_ERROR_MESSAGES === true;
  return LoggerModule.forRoot({
    // No logger per request: making one costs as much as checking the token, and the lines of a request name it themselves.
    forRoutes: [],
    pinoHttp: {
      level: settings.LOG_LEVEL,
      base: { service, installation: settings.INSTALLATION },
      autoLogging: false,
      serializers: {
        req: (request: { id?: unknown; method?: unknown }) => ({ id: request.id, method: request.method }),
        res: (response: { statusCode?: unknown }) => ({ status: response.statusCode }),
        err: (error: unknown) => safeError(error, withMessages),
        error: (error: unknown) => safeError(error, withMessages),
      },
      mixin: () => {
        const span = trace.getActiveSpan()?.spanContext();
        return span ? { traceId: span.traceId, spanId: span.spanId } : {};
      },
    },
  });
}
