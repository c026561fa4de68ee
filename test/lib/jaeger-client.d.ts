// The package jaeger-client brings no types: what tests use of it.
declare module 'jaeger-client' {
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

  export function initTracer(
    config: {
      readonly serviceName: string;
      readonly sampler: { readonly type: 'const'; readonly param: 1 };
      readonly reporter: JaegerReporter & { readonly flushIntervalMs: number };
      readonly traceId128bit: boolean;
    },
    options: { readonly logger: object; readonly tags: Readonly<Record<string, string>> },
  ): JaegerTracer;
}
