import { setTimeout as sleep } from 'node:timers/promises';
import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
  TraceIdRatioBasedSampler,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import { Tracing } from './tracing.js';

export interface OtlpOptions {
  /** Base address of the collector, as OTEL_EXPORTER_OTLP_ENDPOINT gives it. */
  readonly endpoint: string;
  /** `name=value,…`: for collectors that want a credential. */
  readonly headers: string;
  /** Share of the traces that begin here which are recorded; a caller's decision is followed. 0 to 1. */
  readonly ratio: number;
  readonly version: string;
  /** Told of the first spans that could not be sent, and of the first that could again. */
  onStateChange(message: string): void;
}

/** What a batch of spans may take, tries included; stopping waits no longer. Milliseconds. */
const EXPORT_TIMEOUT_MS = 3_000;

/** Spans that wait to be sent; more are lost. A few seconds of a busy replica, some tens of megabytes. */
const MAX_QUEUED_SPANS = 16_384;

/** Starts sending spans over OTLP/HTTP (JSON). A collector that is away or slow costs spans and nothing else. */
export function startOtlpTracing(options: OtlpOptions): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: headersOf(options.headers),
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'idempotency-api',
      'service.version': options.version,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.ratio) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: telling(exporter, options.onStateChange.bind(options)),
        maxQueueSize: MAX_QUEUED_SPANS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  return new Tracing(provider.getTracer('idempotency-api', options.version), async () => {
    const flushed = provider.shutdown().catch(() => undefined);
    await Promise.race([flushed, sleep(EXPORT_TIMEOUT_MS, undefined, { ref: false })]);
  });
}

/** The exporter, and a word when it begins to fail or to work again: OpenTelemetry keeps both to itself. */
function telling(exporter: SpanExporter, onStateChange: (message: string) => void): SpanExporter {
  let fails = false;
  return {
    export: (spans: ReadableSpan[], done) => {
      exporter.export(spans, (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS;
        if (failed !== fails) {
          onStateChange(failed ? 'traces cannot be sent: spans are lost' : 'traces are sent again');
        }
        fails = failed;
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

function headersOf(list: string): Record<string, string> {
  const pairs = list.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals).trim(), decodeURIComponent(pair.slice(equals + 1).trim())];
    }),
  );
}
