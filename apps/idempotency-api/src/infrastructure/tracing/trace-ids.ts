import type { Span } from '@opentelemetry/api';

/** The trace and the span, as the header field `traceresponse` and log lines name them. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** The ids of a span. */
export function idsOf(span: Span): TraceIds {
  const { traceId, spanId } = span.spanContext();
  return { traceId, spanId };
}

/** W3C Trace Context, `traceparent`, any version: the trace id is the second field. */
const traceparent = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;

/** The trace that a caller says its call belongs to; undefined if it says none, or not well. */
export function traceIdOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? traceparent.exec(header)?.[1] : undefined;
}
