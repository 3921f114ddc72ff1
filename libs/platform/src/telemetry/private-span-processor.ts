import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';

/** Attributes that may leave the process; everything else is dropped, whoever set it. */
const allowed =
  /^(http\.(request\.method|route|response\.status_code)|url\.scheme|server\.(address|port)|network\.protocol\.version|db\.(system|system\.name|namespace|name|operation\.name)|error\.type|messaging\.[\w.]+|cloudevents\.event_(id|type)|convenant\.[\w.]+)$/;

/** Parameters stand outside these texts; other statements (roles, NOTIFY) may hold literals. */
const statement = /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|BEGIN|START|COMMIT|ROLLBACK)\b/i;

/**
 * Passes spans on with what is known to be harmless: allowed attributes, statement texts without parameters, the type of an
 * exception. No path, query string, address of a caller, message of an error or value of a statement leaves the process.
 */
export class PrivateSpanProcessor implements SpanProcessor {
  constructor(private readonly inner: SpanProcessor) {}

  onStart(span: Span, parent: Context): void {
    this.inner.onStart(span, parent);
  }

  onEnd(span: ReadableSpan): void {
    this.inner.onEnd(privateView(span));
  }

  forceFlush(): Promise<void> {
    return this.inner.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }
}

function privateView(span: ReadableSpan): ReadableSpan {
  const view = {
    attributes: { value: Object.fromEntries(Object.entries(span.attributes).filter(keep)) },
    events: {
      value: span.events.map((event) => ({
        ...event,
        attributes: Object.fromEntries(
          Object.entries(event.attributes ?? {}).filter(([name]) => name === 'exception.type' || allowed.test(name)),
        ),
      })),
    },
    status: { value: { code: span.status.code } },
  };
  return Object.create(span, view) as ReadableSpan;
}

function keep([name, value]: [string, unknown]): boolean {
  if (name === 'db.statement' || name === 'db.query.text') return typeof value === 'string' && statement.test(value);
  return allowed.test(name);
}
