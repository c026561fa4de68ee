// A pipeline on one trace: spansets in, spansets out. It starts with one spanset of every span.
import { BugError } from '#lib/errors.ts';
import type {
  Aggregate,
  FieldExpr,
  Pipeline,
  PipelineStage,
  ScalarExpr,
  ScalarFilter,
} from '../syntax/ast.ts';
import { printField, printScalar } from '../syntax/print.ts';
import { evaluateField, keepsSpan } from './field.ts';
import { operate } from './structure.ts';
import type { Trace, TraceSpan } from './trace.ts';
import { calculate, compare, duration, int, keyOf, numberOf, type Value } from './value.ts';

export interface Spanset {
  /** In the order of the trace. */
  readonly spans: readonly TraceSpan[];
  /** What by() and aggregates say about the whole spanset. */
  readonly attributes: readonly { readonly name: string; readonly value: Value }[];
}

/** The spansets of `trace` that the pipeline keeps; none means that the trace does not match. */
export function evaluatePipeline(pipeline: Pipeline, trace: Trace): Spanset[] {
  return evaluateSpansets(pipeline, [{ spans: trace.spans, attributes: [] }], trace);
}

/** The same, of spansets of `trace` that were made before. */
export function evaluateSpansets(
  pipeline: Pipeline,
  input: readonly Spanset[],
  trace: Trace,
): Spanset[] {
  let spansets = [...input];
  for (const stage of pipeline.stages) {
    if (spansets.length === 0) break;
    spansets = runStage(stage, spansets, trace);
  }
  return spansets;
}

function runStage(stage: PipelineStage, input: Spanset[], trace: Trace): Spanset[] {
  switch (stage.kind) {
    case 'pipeline':
      return evaluateSpansets(stage, input, trace);
    case 'filter':
    case 'spanset-operation':
      return input.flatMap((spanset) => {
        const spans = evaluateSpans(stage, spanset, trace);
        return spans.length === 0 ? [] : [{ ...spanset, spans }];
      });
    case 'by':
      return input.flatMap((spanset) => groupBy(stage.field, spanset, trace));
    case 'coalesce': {
      const kept = new Set(input.flatMap((spanset) => spanset.spans));
      return [{ spans: trace.spans.filter((span) => kept.has(span)), attributes: [] }];
    }
    case 'select':
      return input;
    case 'scalar-filter':
      return input.flatMap((spanset) => filterScalar(stage, spanset, trace));
  }
}

/** The spans that a spanset expression keeps, in the order of the trace. */
function evaluateSpans(stage: PipelineStage, input: Spanset, trace: Trace): readonly TraceSpan[] {
  if (stage.kind === 'filter') {
    const { condition } = stage;
    if (condition === undefined) return input.spans;
    return input.spans.filter((span) => keepsSpan(condition, span, trace));
  }
  if (stage.kind === 'spanset-operation') {
    const left = evaluateSpans(stage.left, input, trace);
    const right = evaluateSpans(stage.right, input, trace);
    return operate(stage.operator, left, right, trace);
  }
  if (stage.kind !== 'pipeline') throw new BugError(`BUG: '${stage.kind}' gives no spans`);
  const spans = new Set(
    evaluateSpansets(stage, [input], trace).flatMap((spanset) => spanset.spans),
  );
  return input.spans.filter((span) => spans.has(span));
}

function groupBy(field: FieldExpr, spanset: Spanset, trace: Trace): Spanset[] {
  const groups = new Map<string, { value: Value; spans: TraceSpan[] }>();
  for (const span of spanset.spans) {
    const value = evaluateField(field, span, trace);
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.spans.push(span);
    else groups.set(key, { value, spans: [span] });
  }
  const name = `by(${printField(field)})`;
  return [...groups.values()].map(({ value, spans }) => ({
    spans,
    attributes: [...spanset.attributes, { name, value }],
  }));
}

/** A comparison of pipelines keeps the spans of all of them; any other the spanset as it is. */
function filterScalar(filter: ScalarFilter, spanset: Spanset, trace: Trace): Spanset[] {
  const context: ScalarContext = { spanset, trace, aggregates: new Map(), spans: undefined };
  const left = evaluateScalar(filter.left, context);
  const right = evaluateScalar(filter.right, context);
  if (left === undefined || right === undefined) return [];
  if (!compare(filter.operator, left, right)) return [];
  const { spans } = context;
  const kept = spans ? spanset.spans.filter((span) => spans.has(span)) : spanset.spans;
  if (kept.length === 0) return [];
  const aggregates = [...context.aggregates].map(([name, value]) => ({ name, value }));
  return [{ spans: kept, attributes: [...spanset.attributes, ...aggregates] }];
}

interface ScalarContext {
  readonly spanset: Spanset;
  readonly trace: Trace;
  /** By their text, as far as they are about the spanset itself. */
  readonly aggregates: Map<string, Value>;
  /** Of the pipelines that were evaluated; undefined while there was none. */
  spans: Set<TraceSpan> | undefined;
}

/** Undefined where an aggregate has no number to work with, or arithmetic has no result. */
function evaluateScalar(node: ScalarExpr, context: ScalarContext): Value | undefined {
  const { spanset, trace } = context;
  switch (node.kind) {
    case 'static':
      return node.value;
    case 'aggregate': {
      const value = aggregate(node, spanset, trace);
      if (value) context.aggregates.set(printScalar(node), value);
      return value;
    }
    case 'scalar-operation': {
      const left = evaluateScalar(node.left, context);
      const right = evaluateScalar(node.right, context);
      const value = left && right && calculate(node.operator, left, right);
      return value?.type === 'nil' ? undefined : value;
    }
    case 'scalar-pipeline': {
      const found = evaluateSpansets(node.pipeline, [spanset], trace);
      const spans = [...new Set(found.flatMap((each) => each.spans))];
      context.spans = new Set([...(context.spans ?? []), ...spans]);
      return aggregate(node.aggregate, { spans, attributes: [] }, trace);
    }
  }
}

/** Over the spans that have a number; undefined where none has. */
function aggregate(node: Aggregate, spanset: Spanset, trace: Trace): Value | undefined {
  const { field } = node;
  if (field === undefined) return int(spanset.spans.length);
  const values = spanset.spans
    .map((span) => evaluateField(field, span, trace))
    .filter((value) => numberOf(value) !== undefined);
  if (values.length === 0) return undefined;
  const numbers = values.map((value) => Number(numberOf(value)));
  const result = fold[node.name](numbers);
  if (values.every((value) => value.type === 'duration')) return duration(Math.trunc(result));
  const isInt = node.name !== 'avg' && values.every((value) => value.type === 'int');
  return isInt ? int(result) : { type: 'float', value: result };
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
const fold: Record<Aggregate['name'], (numbers: readonly number[]) => number> = {
  count: (numbers) => numbers.length,
  sum: sumOf,
  avg: (numbers) => sumOf(numbers) / numbers.length,
  min: (numbers) => numbers.reduce((least, each) => Math.min(least, each)),
  max: (numbers) => numbers.reduce((most, each) => Math.max(most, each)),
};
