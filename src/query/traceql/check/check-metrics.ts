// The rules of metrics queries beyond types: arguments of functions, and what stands together.
import type { FieldExpr, MetricsFunction, MetricsQuery, Pipeline } from '../syntax/ast.ts';
import { checkField, typeError } from './check-field.ts';

/** Checks all of it but the pipelines, which it answers with, in the order of the text. */
export function checkMetrics(query: MetricsQuery): Pipeline[] {
  const { source, stages } = query;
  const compares = comparesSpans(query);
  for (const stage of stages) {
    if (compares) throw typeError('compare() takes no second stage', stage.span);
    if ('count' in stage && stage.count <= 0) {
      throw typeError('limit must be greater than 0', stage.span);
    }
  }
  if (source.kind === 'operation') {
    if (compares) throw typeError('compare() takes no part in arithmetic', query.span);
    return [source.left, source.right].flatMap((side) =>
      side.kind === 'metrics' ? checkMetrics(side) : [],
    );
  }
  checkFunction(source.first);
  const { filter } = source.first;
  return filter
    ? [source.pipeline, { kind: 'pipeline', stages: [filter], span: filter.span }]
    : [source.pipeline];
}

const comparesSpans = ({ source }: MetricsQuery): boolean =>
  source.kind === 'function'
    ? source.first.name === 'compare'
    : [source.left, source.right].some((side) => side.kind === 'metrics' && comparesSpans(side));

function checkFunction({ name, field, by, numbers, span }: MetricsFunction): void {
  for (const node of [...(field ? [field] : []), ...by] satisfies FieldExpr[]) checkField(node);
  if (name === 'quantile_over_time') {
    const bad = numbers.find((q) => q < 0 || q > 1);
    if (bad !== undefined) throw typeError(`quantile must be between 0 and 1: ${bad}`, span);
  }
  if (name !== 'compare') return;
  const [topN = 1, from = 0, to = 0] = numbers;
  if (topN <= 0) {
    throw typeError('compare() top number of values must be integer greater than 0', span);
  }
  if (from === 0 && to === 0) return;
  if (from <= 0 || to <= 0) {
    throw typeError('compare() timestamps must be positive integer unix nanoseconds', span);
  }
  if (to <= from) {
    throw typeError('compare() end timestamp must be greater than start timestamp', span);
  }
}
