// What only whole traces tell, for the UI and for scripts:
//   GET /api/traces/critical-path?id=ID      self time of each span, and what the end waited for
//   GET /api/traces/compare?left=ID&right=ID  calls of two traces side by side
// Times are whole nanoseconds; ids as people write them (hex, short hex, UUID, decimal).
import { InputError } from '#lib/errors.ts';
import { analyseTimes } from '#model/critical-path.ts';
import { buildSpanTree } from '#model/span-tree.ts';
import type { CallTotals } from '#query/trace/compare-traces.ts';
import { compareTraces } from '#query/trace/compare-traces.ts';
import { toComparedSpans } from '#query/trace/compared-span.ts';
import type { FoundSpans, TraceqlEngine } from '#query/traceql/engine.ts';
import {
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  type Route,
  route,
} from '#server/route.ts';

type Traces = Pick<TraceqlEngine, 'trace'>;

export function traceAnalysisRoutes(traces: Traces): Route[] {
  return [
    route(['GET'], '/api/traces/critical-path', (request) => criticalPath(traces, request)),
    route(['GET'], '/api/traces/compare', (request) => compare(traces, request)),
  ];
}

async function criticalPath(traces: Traces, request: HttpRequest): Promise<HttpResponse> {
  const found = await readTrace(traces, request, 'id');
  const { originNano, spans } = toComparedSpans(found.spans);
  const tree = buildSpanTree(spans);
  const { self, critical, path } = analyseTimes(tree);
  const at = (time: number): string => String(originNano + BigInt(time));
  return jsonResponse({
    traceId: found.traceId,
    startUnixNano: String(originNano),
    spans: spans.map(({ id, start }, i) => ({
      spanId: id,
      startUnixNano: at(start),
      selfNano: self[i],
      criticalNano: critical[i],
      ...(tree.orphans.has(i) ? { parentIsMissing: true } : {}),
    })),
    criticalPath: path.map(({ index, start, end }) => ({
      spanId: spans[index]?.id,
      startUnixNano: at(start),
      endUnixNano: at(end),
    })),
  });
}

async function compare(traces: Traces, request: HttpRequest): Promise<HttpResponse> {
  const [left, right] = await Promise.all([
    readTrace(traces, request, 'left'),
    readTrace(traces, request, 'right'),
  ]);
  const sides = [left, right].map(({ spans }) => toComparedSpans(spans).spans);
  const [leftSpans = [], rightSpans = []] = sides;
  return jsonResponse({
    left: { traceId: left.traceId, spans: leftSpans.length },
    right: { traceId: right.traceId, spans: rightSpans.length },
    calls: compareTraces(leftSpans, rightSpans).map(({ left: a, right: b, ...call }) => ({
      ...call,
      ...(a ? { left: totalsJson(a) } : {}),
      ...(b ? { right: totalsJson(b) } : {}),
    })),
  });
}

const totalsJson = ({ count, errors, duration, self, critical }: CallTotals) => ({
  count,
  errors,
  durationNano: duration,
  selfNano: self,
  criticalNano: critical,
});

async function readTrace(
  traces: Traces,
  { query, tenant, signal }: HttpRequest,
  name: string,
): Promise<FoundSpans> {
  const traceId = query.get(name) ?? '';
  if (traceId === '') {
    throw new InputError('trace_analysis_request', `the parameter '${name}' is missing`, {
      hint: 'Give the id of a trace.',
    });
  }
  const found = await traces.trace({ tenant, traceId }, signal);
  if (found) return found;
  throw new InputError('trace_not_found', `there is no trace '${traceId}'`, {
    hint: 'Traces are kept as long as retention.traces says.',
  });
}
