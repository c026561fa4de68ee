// A matching trace as a search answers it.
import type { UnixNano } from '#model/unit.ts';
import { missingRoot } from '../intrinsic/trace.ts';
import type { ShownField } from '../plan/needs.ts';
import type { Field } from '../syntax/ast.ts';
import { itemScopeOf } from './conjunction.ts';
import { evaluateField, itemsOf } from './field.ts';
import type { Spanset } from './pipeline.ts';
import type { Trace, TraceSpan } from './trace.ts';
import { compare, cutText, listOf, nil, text, type Value } from './value.ts';

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

export interface FoundSpan {
  readonly spanId: string;
  /** Only where the query asks for the name. */
  readonly name: string | undefined;
  readonly startUnixNano: UnixNano;
  readonly durationNano: number;
  readonly attributes: readonly NamedValue[];
}

export interface FoundSpanset {
  /** At most as many as asked for; `matched` counts all. */
  readonly spans: readonly FoundSpan[];
  readonly matched: number;
  readonly attributes: readonly NamedValue[];
}

export interface FoundTrace {
  readonly traceId: string;
  readonly rootServiceName: string;
  readonly rootTraceName: string;
  readonly startUnixNano: UnixNano;
  readonly durationMs: number;
  readonly spanSets: readonly FoundSpanset[];
  readonly serviceStats: ReadonlyMap<string, { spanCount: number; errorCount: number }>;
}

export interface SummaryOptions {
  readonly shown: readonly ShownField[];
  readonly spansPerSpanset: number;
  /** Longer texts are cut, as Tempo does; undefined for none. */
  readonly textBytesMax?: number | undefined;
}

const statusError = 2;

export function summarize(
  trace: Trace,
  spansets: readonly Spanset[],
  options: SummaryOptions,
): FoundTrace {
  return {
    traceId: trace.traceId,
    rootServiceName: trace.root ? trace.root.serviceName : missingRoot,
    rootTraceName: trace.root?.name ?? '',
    startUnixNano: trace.startUnixNano,
    durationMs: Number((trace.endUnixNano - trace.startUnixNano) / 1_000_000n),
    spanSets: spansets.map((spanset) => ({
      spans: spanset.spans
        .slice(0, options.spansPerSpanset)
        .map((span) => toFound(span, trace, options)),
      matched: spanset.spans.length,
      attributes: spanset.attributes.map(({ name, value }) => ({ name, value })),
    })),
    serviceStats: countServices(trace),
  };
}

function countServices(trace: Trace): Map<string, { spanCount: number; errorCount: number }> {
  const stats = new Map<string, { spanCount: number; errorCount: number }>();
  for (const span of trace.spans) {
    const counts = stats.get(span.serviceName) ?? { spanCount: 0, errorCount: 0 };
    counts.spanCount++;
    if (span.statusCode === statusError) counts.errorCount++;
    stats.set(span.serviceName, counts);
  }
  return stats;
}

function toFound(span: TraceSpan, trace: Trace, options: SummaryOptions): FoundSpan {
  const { shown, textBytesMax } = options;
  const attributes: NamedValue[] = [];
  for (const one of shown) {
    const { field } = one;
    if (isInHead(field)) continue;
    const found = shownValue(one, span, trace);
    if (found.type === 'nil' && !one.isNilShown) continue;
    const value = found.type === 'nil' ? text('nil') : cutText(found, textBytesMax);
    const own = field.kind === 'attribute' ? field.name : shownNameOf(field.text);
    attributes.push({ name: field.isParent ? `parent.${own}` : own, value });
  }
  const asksForName = shown.some(
    ({ field }) => field.kind === 'intrinsic' && field.name === 'name' && !field.isParent,
  );
  return {
    spanId: span.spanId,
    name: asksForName ? span.name : undefined,
    startUnixNano: span.startUnixNano,
    durationNano: span.durationNano,
    attributes,
  };
}

/** Of several events or links the last that has a value to show. */
function shownValue({ field, comparisons }: ShownField, span: TraceSpan, trace: Trace): Value {
  const scope = itemScopeOf(field);
  if (scope === undefined) return comparedValue(evaluateField(field, span, trace), comparisons);
  const values = itemsOf(span, scope).map((one) =>
    comparedValue(evaluateField(field, one, trace), comparisons),
  );
  return values.findLast((value) => value.type !== 'nil') ?? nil;
}

/** Of several values those that a comparison holds for; nil where it holds for none. */
function comparedValue(value: Value, comparisons: ShownField['comparisons']): Value {
  if (comparisons === undefined) return value;
  const holds = (item: Value): boolean =>
    comparisons.some(({ operator, value: wanted }) => compare(operator, item, wanted));
  if (value.type === 'array') return listOf(value.items.filter(holds));
  return holds(value) ? value : nil;
}

/** What an answer has in fields of its own. */
function isInHead(field: Field): boolean {
  if (field.kind !== 'intrinsic' || field.isParent) return false;
  return headFields.has(field.name);
}

const headFields: ReadonlySet<string> = new Set([
  'name',
  'duration',
  'id',
  'traceId',
  'traceDuration',
  'rootName',
  'rootServiceName',
]);

/** `span:status` shows as `status`; other scopes stay part of the name. */
const shownNameOf = (text: string): string => text.replace(/^span:(?=status|kind)/, '');
