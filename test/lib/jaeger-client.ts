// Jaeger's own client for Node (the package jaeger-client), which brings no types: what tests use of it.
import { createRequire } from 'node:module';

export interface JaegerClientSpan {
  setTag(key: string, value: unknown): JaegerClientSpan;
  log(fields: Readonly<Record<string, unknown>>): JaegerClientSpan;
  context(): { toTraceId(): string; toSpanId(): string };
  finish(): void;
}

export interface JaegerTracer {
  startSpan(
    name: string,
    options?: {
      readonly childOf?: JaegerClientSpan;
      readonly tags?: Readonly<Record<string, unknown>>;
    },
  ): JaegerClientSpan;
  close(done: () => void): void;
}

export interface JaegerReporter {
  readonly collectorEndpoint?: string;
  readonly agentHost?: string;
  readonly agentPort?: number;
}

interface JaegerClientPackage {
  initTracer(
    config: {
      readonly serviceName: string;
      readonly sampler: { readonly type: 'const'; readonly param: 1 };
      readonly reporter: JaegerReporter & { readonly flushIntervalMs: number };
      readonly traceId128bit: boolean;
    },
    options: { readonly logger: object; readonly tags: Readonly<Record<string, string>> },
  ): JaegerTracer;
}

const silent = { info: () => {}, error: () => {} };

/** Samples everything; close() sends what is left. */
export function createJaegerTracer(serviceName: string, reporter: JaegerReporter): JaegerTracer {
  const { initTracer } = createRequire(import.meta.url)('jaeger-client') as JaegerClientPackage;
  return initTracer(
    {
      serviceName,
      sampler: { type: 'const', param: 1 },
      reporter: { ...reporter, flushIntervalMs: 50 },
      traceId128bit: true,
    },
    { logger: silent, tags: { zone: 'a' } },
  );
}
