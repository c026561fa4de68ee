// A search answer as the JSON of tempopb.SearchResponse. Grafana reads it strictly: a field that the
// message does not have breaks it, so nothing may be added here. Defaults are left out.
import type {
  FoundSpan,
  FoundSpanset,
  FoundTrace,
  NamedValue,
} from '#query/traceql/eval/summary.ts';
import type { Value } from '#query/traceql/eval/value.ts';
import type { SearchAnswer } from '#query/traceql/search.ts';
import { formatGoDuration } from './go-duration.ts';

type Json = Record<string, unknown>;

/** Without spansets for the search by tags, which never had them. */
export function searchJson(answer: SearchAnswer, hasSpansets: boolean): Json {
  return {
    traces: tracesJson(answer.traces, hasSpansets),
    metrics: { inspectedTraces: answer.inspectedTraces, completedJobs: 1, totalJobs: 1 },
  };
}

export const tracesJson = (traces: readonly FoundTrace[], hasSpansets: boolean): Json[] =>
  traces.map((trace) => traceJson(trace, hasSpansets));

function traceJson(trace: FoundTrace, hasSpansets: boolean): Json {
  const head = {
    traceID: trace.traceId.replace(/^0+/, ''),
    rootServiceName: trace.rootServiceName,
    ...(trace.rootTraceName === '' ? {} : { rootTraceName: trace.rootTraceName }),
    startTimeUnixNano: String(trace.startUnixNano),
    ...(trace.durationMs === 0 ? {} : { durationMs: trace.durationMs }),
  };
  if (!hasSpansets) return head;
  const spanSets = trace.spanSets.map(spansetJson);
  const stats = [...trace.serviceStats].map(([name, { spanCount, errorCount }]) => [
    name,
    { spanCount, ...(errorCount === 0 ? {} : { errorCount }) },
  ]);
  return { ...head, spanSet: spanSets[0], spanSets, serviceStats: Object.fromEntries(stats) };
}

function spansetJson(spanset: FoundSpanset): Json {
  return {
    spans: spanset.spans.map(spanJson),
    matched: spanset.matched,
    ...attributesJson(spanset.attributes),
  };
}

function spanJson(span: FoundSpan): Json {
  return {
    spanID: span.spanId,
    ...(span.name === undefined || span.name === '' ? {} : { name: span.name }),
    startTimeUnixNano: String(span.startUnixNano),
    ...(span.durationNano === 0 ? {} : { durationNanos: String(span.durationNano) }),
    ...attributesJson(span.attributes),
  };
}

const attributesJson = (attributes: readonly NamedValue[]): Json =>
  attributes.length === 0
    ? {}
    : { attributes: attributes.map(({ name, value }) => ({ key: name, value: valueJson(value) })) };

/** As an AnyValue: durations and keywords are text, an array of one is its element. */
export function valueJson(value: Value): Json {
  switch (value.type) {
    case 'nil':
      return { stringValue: 'nil' };
    case 'bool':
      return { boolValue: value.value };
    case 'int':
      return { intValue: String(value.value) };
    case 'float':
      return { doubleValue: Number.isFinite(value.value) ? value.value : String(value.value) };
    case 'duration':
      return { stringValue: formatGoDuration(value.value) };
    case 'array':
      if (value.items.length === 1) return valueJson(value.items[0] as Value);
      return { arrayValue: { values: value.items.map(valueJson) } };
    default:
      return { stringValue: value.value };
  }
}
