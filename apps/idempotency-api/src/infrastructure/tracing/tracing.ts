import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import {
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

export type { Span };

const propagator = new W3CTraceContextPropagator();

/**
 * Spans of calls, batches, statements and commands. There is one only where tracing is on; everywhere else the
 * question for it is all that tracing costs. Attributes name operations and never keys, bodies, tokens or parameters.
 *
 * The current span travels in async context of our own and not in OpenTelemetry's global one, so that several services
 * can live in one process, as tests have them.
 *
 * Elsewhere import this file's types alone: it loads OpenTelemetry, which most services do without.
 */
export class Tracing {
  private readonly active = new AsyncLocalStorage<Span | undefined>();

  constructor(
    private readonly tracer: Tracer,
    /** Sends what is left and stops. */
    readonly close: () => Promise<void>,
  ) {}

  /** Begins the span of a call, as a part of the caller's trace if it names one. The caller ends it. */
  startCall(name: string, headers: IncomingHttpHeaders, attributes: Attributes): Span {
    const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    return this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
  }

  /** Says that what the span is about has failed. */
  fail(span: Span): void {
    span.setStatus({ code: SpanStatusCode.ERROR });
  }

  /** Runs with the span as the current one. */
  within<Result>(span: Span, run: () => Result): Result {
    return this.active.run(span, run);
  }

  /** The span of the work in hand, if that is recorded. Once it has ended, what is left behind is nobody's part. */
  current(): Span | undefined {
    const span = this.active.getStore();
    return span?.isRecording() === true ? span : undefined;
  }

  /**
   * A batch and the calls that it carries. A span has one parent and a batch many callers: it becomes a part of the
   * first recorded call's trace, and is linked with every recorded call, both ways.
   */
  batch<Result>(
    operation: string,
    calls: readonly (Span | undefined)[],
    run: () => Promise<Result>,
  ): Promise<Result> {
    // A call with many items is in it many times.
    const recorded = [...new Set(calls)].filter((call) => call?.isRecording() === true) as Span[];
    const [parent] = recorded;
    // What began this lane's loop is not what its later batches are for.
    if (!parent) return this.active.run(undefined, run);
    const span = this.tracer.startSpan(
      `batch ${operation}`,
      {
        attributes: { 'idempotency.operation': operation, 'idempotency.batch.size': calls.length },
        links: recorded.map((call) => ({ context: call.spanContext() })),
      },
      trace.setSpan(ROOT_CONTEXT, parent),
    );
    for (const call of recorded) call.addLink({ context: span.spanContext() });
    return this.measured(span, run);
  }

  /** One statement on its way to PostgreSQL, by its name. */
  statement<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
    return this.outgoing(name, { 'db.system.name': 'postgresql', 'db.query.summary': name }, run);
  }

  /** One command on its way to Redis. */
  command<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
    return this.outgoing(name, { 'db.system.name': 'redis', 'db.operation.name': name }, run);
  }

  /** Only as a part of a call: the service's own routines would be most of all spans and tell nothing. */
  private outgoing<Result>(
    name: string,
    attributes: Attributes,
    run: () => Promise<Result>,
  ): Promise<Result> {
    const parent = this.current();
    if (!parent) return run();
    const within = trace.setSpan(ROOT_CONTEXT, parent);
    return this.measured(this.tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, within), run);
  }

  private async measured<Result>(span: Span, run: () => Promise<Result>): Promise<Result> {
    try {
      return await this.active.run(span, run);
    } catch (error) {
      // The type alone: messages can quote values.
      span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
      this.fail(span);
      throw error;
    } finally {
      span.end();
    }
  }
}
