// Values of intrinsics, for completion.
import type { ReadOptions, StoreReader } from '#store/contract.ts';
import { compileTraceSpans } from './compile/search.ts';
import {
  compileIntrinsicValues,
  compileMatching,
  compileRootless,
  type TagRead,
} from './compile/tags.ts';
import { hexOf, type SpanRow, toTraces } from './eval/span-rows.ts';
import { numberOf, type Value } from './eval/value.ts';
import { intrinsics } from './intrinsic/index.ts';
import { kindNames, statusNames } from './intrinsic/span.ts';
import type { Field } from './syntax/ast.ts';

type Intrinsic = Field & { readonly kind: 'intrinsic' };

interface ValuesContext {
  readonly reader: StoreReader;
  readonly isStrict: boolean;
  readonly options: ReadOptions;
}

export async function readIntrinsicValues(
  field: Intrinsic,
  read: TagRead,
  context: ValuesContext,
): Promise<Value[]> {
  const { reader, isStrict, options } = context;
  if (field.name === 'status') return statusNames.map((value) => ({ type: 'status', value }));
  if (field.name === 'kind') return kindNames.map((value) => ({ type: 'kind', value }));
  if (field.name.startsWith('nestedSet')) return readNumbers(field, read, context);
  const select = compileIntrinsicValues(field, read);
  if (select === undefined) return [];
  const rows = await reader.rows<{ text: string }>(select, options);
  // Tempo keeps an empty name where the root has not come.
  if (isStrict && (field.name === 'rootName' || field.name === 'rootServiceName')) {
    rows.push(...(await reader.rows<{ text: string }>(compileRootless(read), options)));
  }
  return rows.map((row) => ({ type: 'string', value: row.text }));
}

/** So many of the newest traces are looked at for numbers of the walk through their trees. */
const tracesMax = 1_000;
const noNeeds = { spanAttributes: [], events: false, links: false, arrival: true };

async function readNumbers(
  field: Intrinsic,
  read: TagRead,
  { reader, options }: ValuesContext,
): Promise<Value[]> {
  const matching = await reader.rows<{ trace_id: Uint8Array; span_ids: Uint8Array[] }>(
    compileMatching(read, tracesMax),
    options,
  );
  if (matching.length === 0) return [];
  const ids = matching.map((row) => row.trace_id);
  const rows = await reader.rows<SpanRow>(compileTraceSpans(noNeeds, ids, read.range), options);
  const traces = toTraces(rows, new Map());
  const values = new Map<number, Value>();
  for (const { trace_id, span_ids } of matching) {
    const wanted = new Set(span_ids.map(hexOf));
    const trace = traces.get(hexOf(trace_id));
    for (const span of trace?.spans ?? []) {
      if (!trace || !wanted.has(span.spanId)) continue;
      const value = intrinsics[field.name].evaluate(span, trace);
      values.set(Number(numberOf(value)), value);
    }
  }
  return [...values]
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value)
    .slice(0, read.limit);
}
