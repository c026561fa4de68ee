// What `import { startSightline } from 'sightline'` gives, as types. This file imports nothing: its
// declarations are the package's index.d.ts. sightline.ts satisfies StartSightline.

/** An instant: milliseconds since 1970, or a Date. */
export type Instant = number | Date;

export interface SightlineOptions {
  /** Folder for everything that lasts. Default: a temporary one, which stop() removes. */
  readonly dataDir?: string;
  /** `http(s)://user:pass@host:8123/database?cluster=name`. Default: the embedded engine. */
  readonly storage?: string;
  /** Interface to listen on. Default: `127.0.0.1`. */
  readonly listen?: string;
  /** Takes the well-known ports, moved by this number. Default: ports that are free. */
  readonly portOffset?: number;
  /** What else sightline.yaml may hold, as the same tree of keys. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Receives each line of the program's own log. Default: nothing is written. */
  readonly log?: (line: string) => void;
}

/** The ports that answer. Those that are optional may have been taken by somebody else. */
export interface SightlinePorts {
  readonly http: number;
  readonly otlpGrpc: number;
  readonly otlpHttp: number;
  readonly prometheus?: number;
  readonly loki?: number;
  readonly tempo?: number;
  /** Jaeger's query API. */
  readonly jaeger?: number;
  readonly zipkin?: number;
  /** Jaeger's collector: Thrift over HTTP. */
  readonly jaegerThrift?: number;
  readonly jaegerGrpc?: number;
  /** UDP ports of Jaeger's agent: Thrift in the compact and in the binary protocol. */
  readonly jaegerCompact?: number;
  readonly jaegerBinary?: number;
  /** Own metrics in the Prometheus text format. */
  readonly metrics?: number;
  readonly health?: number;
}

/** Seconds since 1970 and the value as text, as Prometheus' HTTP API spells a sample. */
export type Sample = readonly [timeSeconds: number, value: string];
export type Labels = Readonly<Record<string, string>>;

export type PromqlResult =
  | { readonly resultType: 'scalar'; readonly result: Sample }
  | { readonly resultType: 'string'; readonly result: Sample }
  | {
      readonly resultType: 'vector';
      readonly result: readonly { readonly metric: Labels; readonly value: Sample }[];
    }
  | {
      readonly resultType: 'matrix';
      readonly result: readonly { readonly metric: Labels; readonly values: readonly Sample[] }[];
    };

/** Nanoseconds since 1970 as text, and the line, as Loki's HTTP API spells an entry. */
export type LogEntry = readonly [timeUnixNano: string, line: string];

export type LogqlResult =
  | PromqlResult
  | {
      readonly resultType: 'streams';
      readonly result: readonly { readonly stream: Labels; readonly values: readonly LogEntry[] }[];
    };

export interface RangeOptions {
  readonly start: Instant;
  /** Default: now. */
  readonly end?: Instant;
  /** Milliseconds between two points. Default: chosen from the range. */
  readonly stepMs?: number;
  /** Entries or traces at most, where the answer is a list. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface InstantOptions {
  /** Default: now. */
  readonly time?: Instant;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface SpanSummary {
  readonly spanID: string;
  readonly startTimeUnixNano: string;
  readonly durationNanos: string;
  readonly attributes?: readonly { readonly key: string; readonly value: unknown }[];
}

/** One trace that a TraceQL query found, as Tempo's search answers it. */
export interface TraceSummary {
  readonly traceID: string;
  readonly rootServiceName?: string;
  readonly rootTraceName?: string;
  readonly startTimeUnixNano: string;
  readonly durationMs: number;
  readonly spanSets?: readonly {
    readonly matched: number;
    readonly spans: readonly SpanSummary[];
  }[];
}

/** Answers have the shape of the product's HTTP API, without its envelope. */
export interface SightlineQueries {
  readonly promql: {
    instant(query: string, options?: InstantOptions): Promise<PromqlResult>;
    range(query: string, options: RangeOptions): Promise<PromqlResult>;
  };
  readonly logql: {
    instant(query: string, options?: InstantOptions): Promise<LogqlResult>;
    range(query: string, options: RangeOptions): Promise<LogqlResult>;
  };
  readonly traceql: {
    search(query: string, options: RangeOptions): Promise<readonly TraceSummary[]>;
    /** The trace in OTLP's JSON form, or undefined when nothing of it is stored. */
    trace(
      traceId: string,
      options?: { readonly signal?: AbortSignal },
    ): Promise<{ readonly resourceSpans: readonly unknown[] } | undefined>;
  };
}

export interface Sightline {
  /** Where the UI and every API by path answer, without a slash at the end. */
  readonly url: string;
  readonly ports: SightlinePorts;
  /** Resolves when everything accepted before the call is queryable. */
  flush(): Promise<void>;
  readonly query: SightlineQueries;
  /** Ends listeners and engine, and removes the data folder if it was a temporary one. */
  stop(): Promise<void>;
}

/**
 * Starts a whole stack in this process (the engine is a child of it) and resolves when it is ready.
 * Several may run side by side. Errors have a stable `code`; docs/reference/errors.md lists them.
 */
export type StartSightline = (options?: SightlineOptions) => Promise<Sightline>;
