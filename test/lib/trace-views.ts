// One trace as every API shows it, in counts that can be compared.
import { fieldsOf, messagesOf } from './tempo-grpc-client.ts';
import type { TraceProgram } from './trace-program.ts';

export interface TraceViews {
  /** Spans of the trace: Tempo v1, v2, protobuf, search, TraceQL metrics, Jaeger, Jaeger v3, critical path. */
  readonly spans: readonly number[];
  readonly rootName: string | undefined;
  readonly durationMs: number;
  /** Spans by a warning of Jaeger, without ids and times. */
  readonly warnings: Readonly<Record<string, number>>;
  /** Pieces of the critical path; they never overlap. */
  readonly pathPieces: number;
}

interface Scopes {
  readonly scopeSpans: readonly { readonly spans: readonly object[] }[];
}
interface JaegerTrace {
  readonly spans: readonly { readonly warnings: readonly string[] | null }[];
}
interface Found {
  readonly traces?: readonly {
    readonly traceID: string;
    readonly durationMs?: number;
    readonly rootTraceName?: string;
    readonly spanSets: readonly { readonly matched: number }[];
  }[];
}

const countOf = (resources: readonly Scopes[] = []): number =>
  resources.flatMap(({ scopeSpans }) => scopeSpans).reduce((n, { spans }) => n + spans.length, 0);

const recent = (): Record<string, string> => {
  const now = Math.floor(Date.now() / 1000);
  return { start: `${now - 6 * 3600}`, end: `${now + 3600}` };
};

/** Spans that a query finds in the trace; 0 when it does not find the trace. */
export async function matched(program: TraceProgram, q: string, range = recent()): Promise<number> {
  const { traces = [] } = await program.json<Found>('/tempo/api/search', { q, ...range });
  return traces.reduce((n, { spanSets }) => n + (spanSets[0]?.matched ?? 0), 0);
}

async function protobufSpans(program: TraceProgram, id: string): Promise<number> {
  const url = `${program.sightline.url}/tempo/api/v2/traces/${id}`;
  const answer = await fetch(url, { headers: { accept: 'application/protobuf' } });
  const [trace = new Map()] = messagesOf(fieldsOf(new Uint8Array(await answer.arrayBuffer())), 1);
  const scopes = messagesOf(trace, 1).flatMap((one) => messagesOf(one, 2));
  return scopes.reduce((n, scope) => n + (scope.get(2)?.length ?? 0), 0);
}

export async function viewsOf(program: TraceProgram, id: string): Promise<TraceViews> {
  const v1 = await program.json<{ batches: Scopes[] }>(`/tempo/api/traces/${id}`);
  const v2 = await program.json<{ trace: { resourceSpans: Scopes[] } }>(
    `/tempo/api/v2/traces/${id}`,
  );
  const filter = `{ trace:id = "${id}" }`;
  const search = await program.json<Found>('/tempo/api/search', { q: filter, ...recent() });
  const counted = await program.json<{ series?: { value: number }[] }>('/tempo/api/metrics/query', {
    q: `${filter} | count_over_time()`,
    ...recent(),
  });
  const jaeger = await program.json<{ data: [JaegerTrace] }>(`/jaeger/api/traces/${id}`);
  const jaeger3 = await program.json<{ result: { resourceSpans: Scopes[] } }>(
    `/jaeger/api/v3/traces/${id}`,
  );
  const times = await program.json<{
    spans: object[];
    criticalPath: { startUnixNano: string; endUnixNano: string }[];
  }>('/api/traces/critical-path', { id });
  let reached = 0n;
  for (const { startUnixNano, endUnixNano } of times.criticalPath) {
    if (BigInt(startUnixNano) < reached) throw new Error('the critical path overlaps itself');
    reached = BigInt(endUnixNano);
  }
  const warnings: Record<string, number> = {};
  for (const text of jaeger.data[0].spans.flatMap((span) => span.warnings ?? [])) {
    const kind = text.replace(/=[0-9a-f]+/g, '').replace(/ delta of .*/, '');
    warnings[kind] = (warnings[kind] ?? 0) + 1;
  }
  const [found] = search.traces ?? [];
  return {
    spans: [
      countOf(v1.batches),
      countOf(v2.trace.resourceSpans),
      await protobufSpans(program, id),
      found?.spanSets[0]?.matched ?? 0,
      counted.series?.[0]?.value ?? 0,
      jaeger.data[0].spans.length,
      countOf(jaeger3.result.resourceSpans),
      times.spans.length,
    ],
    rootName: found?.rootTraceName,
    durationMs: found?.durationMs ?? 0,
    warnings,
    pathPieces: times.criticalPath.length,
  };
}
