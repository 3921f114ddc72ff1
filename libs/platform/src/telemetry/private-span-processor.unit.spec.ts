import { SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { PrivateSpanProcessor } from './private-span-processor.js';

describe('PrivateSpanProcessor', () => {
  it('lets out route, status, ids and statement texts, and nothing a person could be known by', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({
      spanProcessors: [new PrivateSpanProcessor(new SimpleSpanProcessor({ exporter }))],
    });
    const span = provider.getTracer('test').startSpan('POST /transfer/v1/subjects');
    span.setAttributes({
      'http.route': '/transfer/v1/subjects',
      'http.response.status_code': 201,
      'convenant.request_id': 'r1',
      'db.query.text': 'SELECT $1',
      'db.statement': `ALTER ROLE x PASSWORD 'CANARY'`,
      'url.path': '/CANARY',
      'url.query': 'CANARY',
      'url.full': 'http://CANARY',
      'client.address': 'CANARY',
      'user_agent.original': 'CANARY',
      'db.postgresql.values': ['CANARY'],
    });
    span.recordException(new TypeError('CANARY'));
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'CANARY' });
    span.end();

    const [exported] = exporter.getFinishedSpans();
    const { attributes, events, status } = exported!;
    expect({ attributes, events: events.map((event) => event.attributes), status }).toEqual({
      attributes: {
        'http.route': '/transfer/v1/subjects',
        'http.response.status_code': 201,
        'convenant.request_id': 'r1',
        'db.query.text': 'SELECT $1',
      },
      events: [{ 'exception.type': 'TypeError' }],
      status: { code: SpanStatusCode.ERROR },
    });
    expect(exported!.spanContext()).toEqual(span.spanContext());
    expect(exported!.duration).toBeDefined();
  });
});
