// Sizes as Loki compares with them. Its frontend hands a query on as text, in which a size has two or
// three digits and a unit of powers of 1000: `size == 1GiB` is compared with 1.1GB.
import type { Expr, LabelFilter, LogExpr, MetricExpr, Stage } from '../syntax/ast.ts';

export function withPrintedSizes(expr: Expr): Expr {
  return expr.kind === 'log' ? ofLog(expr) : ofMetric(expr);
}

const ofLog = (log: LogExpr): LogExpr =>
  log.stages.some(hasSize) ? { ...log, stages: log.stages.map(ofStage) } : log;

function ofMetric(expr: MetricExpr): MetricExpr {
  switch (expr.kind) {
    case 'vector-aggregation':
    case 'label-replace':
      return { ...expr, inner: ofMetric(expr.inner) };
    case 'binary':
      return { ...expr, left: ofMetric(expr.left), right: ofMetric(expr.right) };
    case 'range-aggregation': {
      const { range } = expr;
      return { ...expr, range: { ...range, log: ofLog(range.log) } };
    }
    default:
      return expr;
  }
}

const hasSize = (stage: Stage): boolean =>
  stage.kind === 'label-filter' && filterHasSize(stage.filter);

const filterHasSize = (filter: LabelFilter): boolean =>
  filter.kind === 'and' || filter.kind === 'or'
    ? filterHasSize(filter.left) || filterHasSize(filter.right)
    : filter.kind === 'compare' && filter.unit === 'bytes';

const ofStage = (stage: Stage): Stage =>
  stage.kind === 'label-filter' ? { ...stage, filter: ofFilter(stage.filter) } : stage;

function ofFilter(filter: LabelFilter): LabelFilter {
  if (filter.kind === 'and' || filter.kind === 'or') {
    return { ...filter, left: ofFilter(filter.left), right: ofFilter(filter.right) };
  }
  if (filter.kind !== 'compare' || filter.unit !== 'bytes') return filter;
  return { ...filter, value: printedSize(filter.value) };
}

/** One digit after the point below 10, none from there on. */
function printedSize(bytes: number): number {
  if (!(bytes >= 10)) return bytes;
  const power = Math.min(6, Math.floor(Math.log(bytes) / Math.log(1000)));
  const count = Math.floor((bytes / 1000 ** power) * 10 + 0.5) / 10;
  const shown = count < 10 ? count : roundToEven(count);
  return Math.trunc(shown * 1000 ** power);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return Math.round(value);
}
