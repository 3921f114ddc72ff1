import type { Instrumentation } from '@opentelemetry/instrumentation';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { PrivateSpanProcessor } from './private-span-processor.js';

/** Traces only: no metrics, no logs, no facts about the host or the command line. */
export function createTelemetry(options: { processor: SpanProcessor; instrumentations: Instrumentation[] }): NodeSDK {
  return new NodeSDK({
    autoDetectResources: false,
    serviceName: process.env.OTEL_SERVICE_NAME ?? programName(),
    spanProcessors: [new PrivateSpanProcessor(options.processor)],
    instrumentations: options.instrumentations,
    metricReaders: [],
    logRecordProcessors: [],
  });
}

/** `convenant-consent` for `apps/consent/dist/main.js`. */
function programName(): string {
  const app = /apps[\\/]([\w-]+)[\\/]/.exec(process.argv[1] ?? '')?.[1];
  return app ? `convenant-${app}` : 'convenant';
}

/** Traces of a test: what was recorded, and how to end it. */
export interface TestTelemetry {
  spans(): ReadableSpan[];
  stop(): Promise<void>;
}

/**
 * Records every span in memory, as exported. Call it before the services of the test are made. Modules loaded by a test
 * runner are not instrumented, so there are the spans of our own adapters (request, relay, inbox) and none of pg.
 */
export function startTelemetryForTests(): TestTelemetry {
  const exporter = new InMemorySpanExporter();
  const sdk = createTelemetry({ processor: new SimpleSpanProcessor({ exporter }), instrumentations: [] });
  sdk.start();
  return {
    spans: () => exporter.getFinishedSpans(),
    stop: () => sdk.shutdown(),
  };
}
