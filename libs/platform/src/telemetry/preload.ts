/**
 * `node --import @convenant/platform/telemetry apps/x/dist/main.js`: instruments HTTP and pg before the program loads them.
 *
 * Spans are exported over OTLP only when `OTEL_EXPORTER_OTLP_ENDPOINT` is set; without it they still exist, so that the trace
 * travels on with outbox rows and messages. No automatic Kafka instrumentation: `libs/messaging` makes its own spans.
 */
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, NoopSpanProcessor } from '@opentelemetry/sdk-trace';
import { register } from 'import-in-the-middle/register-hooks.mjs';
import { createTelemetry } from './start-telemetry.js';

register({ include: ['http', 'node:http', 'pg', 'pg-pool'] });

const sdk = createTelemetry({
  processor: process.env.OTEL_EXPORTER_OTLP_ENDPOINT
    ? new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })
    : new NoopSpanProcessor(),
  instrumentations: [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: (request) => request.url?.endsWith('/health') ?? false,
    }),
    new PgInstrumentation({ enhancedDatabaseReporting: false, requireParentSpan: true }),
  ],
});
sdk.start();

// Awaited by nobody: the program's own shutdown keeps the process alive longer than one flush.
process.once('beforeExit', () => void sdk.shutdown());
