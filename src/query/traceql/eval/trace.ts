// Spans as evaluation sees them: a whole trace with what the query needs of each span.
import { Tree } from './tree.ts';

export interface SpanOrigin {
  readonly resourceAttributes: ReadonlyMap<string, string>;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly scopeAttributes: ReadonlyMap<string, string>;
}

export interface SpanEvent {
  readonly name: string;
  readonly timeUnixNano: bigint;
  readonly attributes: ReadonlyMap<string, string>;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Ids are lower-case hex; a span without parent has an empty parent id. */
export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly startUnixNano: bigint;
  readonly durationNano: number;
  readonly name: string;
  readonly serviceName: string;
  readonly kind: number;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly origin: SpanOrigin;
  readonly attributes: ReadonlyMap<string, string>;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** How many spans of its trace came before it in its request; undefined where nothing needs it. */
  readonly arrival?: number | undefined;
}

/** One trace; spans ascend by start, then id, and are unique in both. */
export class Trace {
  readonly traceId: string;
  readonly spans: readonly TraceSpan[];
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
  /** The last span without parent: as Tempo chooses where there are several. */
  readonly root: TraceSpan | undefined;
  #tree: Tree | undefined;

  constructor(traceId: string, spans: readonly TraceSpan[]) {
    this.traceId = traceId;
    this.spans = sortedUnique(spans);
    this.startUnixNano = this.spans[0]?.startUnixNano ?? 0n;
    let end = this.startUnixNano;
    for (const span of this.spans) {
      const spanEnd = span.startUnixNano + BigInt(span.durationNano);
      if (spanEnd > end) end = spanEnd;
    }
    this.endUnixNano = end;
    this.root = this.spans.findLast((span) => span.parentSpanId === '');
  }

  /** Made when it is first asked for: most queries need none. */
  get tree(): Tree {
    this.#tree ??= new Tree(this.spans);
    return this.#tree;
  }
}

function sortedUnique(spans: readonly TraceSpan[]): TraceSpan[] {
  const unique = new Map<string, TraceSpan>();
  for (const span of spans) unique.set(`${span.spanId}${span.startUnixNano}`, span);
  return [...unique.values()].sort((a, b) => {
    if (a.startUnixNano !== b.startUnixNano) return a.startUnixNano < b.startUnixNano ? -1 : 1;
    return a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0;
  });
}
