// Calls: how a function's definition is applied to the values of its arguments.
import { BugError } from '#lib/errors.ts';
import { dropName, labelOf, METRIC_NAME } from '#query/vector/label.ts';
import { mergeEqualLabels } from '#query/vector/merge.ts';
import { type GridSeries, gridTime, type RawSeries } from '#query/vector/value.ts';
import type { Evaluation, Value, Window, Windows } from '../function/definition.ts';
import { scalarOf, seriesOf, vectorOf } from '../function/series.ts';
import type { CallNode } from '../plan/node.ts';
import { type Call, unwrapParens } from '../syntax/ast.ts';
import { printNumber } from '../syntax/number.ts';
import type { NodeEvaluator } from './evaluate.ts';
import { forEachWindow } from './window.ts';

type Params = readonly Float64Array[];

export async function evaluateCall(node: CallNode, evaluator: NodeEvaluator): Promise<Value> {
  const { definition, source, grid } = node;
  const args: Value[] = [];
  for (const arg of node.args) args.push(await evaluator.evaluate(arg));
  if (definition.takesQuantile) warnQuantile(node, args, evaluator);
  const { evaluate } = definition;
  switch (evaluate.kind) {
    case 'whole':
      return evaluate.of(args, {
        grid,
        query: evaluator.query,
        args: source.args,
        span: source.span,
        annotate: (annotation) => evaluator.annotate(annotation),
      });
    case 'element':
      return evaluateElements(node, args, evaluate.of, evaluator);
    case 'window':
      return evaluateWindows(node, args, evaluate.of, evaluator);
  }
}

async function evaluateElements(
  { grid }: CallNode,
  [first, ...rest]: readonly Value[],
  of: Extract<Evaluation, { kind: 'element' }>['of'],
  evaluator: NodeEvaluator,
): Promise<Value> {
  const params = rest.map(scalarOf);
  const at = paramReader(params);
  const results: GridSeries[] = [];
  for (const { labels, values, present } of seriesOf(first)) {
    const mapped = new Float64Array(grid.count);
    for (let step = 0; step < grid.count; step++) {
      if (present[step]) mapped[step] = of(values[step] as number, at(step));
    }
    results.push({ labels: dropName(labels), values: mapped, present });
    const turn = evaluator.pause();
    if (turn) await turn;
  }
  return vectorOf(mergeEqualLabels(results));
}

async function evaluateWindows(
  node: CallNode,
  args: readonly Value[],
  of: Extract<Evaluation, { kind: 'window' }>['of'],
  evaluator: NodeEvaluator,
): Promise<Value> {
  const { definition } = node;
  const matrix = args.find((arg) => arg.kind === 'matrix');
  if (matrix?.kind !== 'matrix') throw new BugError('BUG: a window function takes a range vector');
  evaluator.reserve(matrix.windows.series.length * node.grid.count);
  const at = paramReader(args.filter((arg) => arg.kind === 'scalar').map(scalarOf));
  const results: GridSeries[] = [];
  for (const raw of matrix.windows.series) {
    const result = evaluateSeries(node, raw, matrix.windows, (window, step) =>
      of(window, at(step)),
    );
    const turn = evaluator.pause();
    if (turn) await turn;
    if (!result) continue;
    const labels = definition.keepsMetricName ? raw.labels : dropName(raw.labels);
    results.push({ labels, ...result });
    hintCounter(node, evaluator, labelOf(raw.labels, METRIC_NAME));
  }
  return vectorOf(mergeEqualLabels(results));
}

function evaluateSeries(
  { grid }: CallNode,
  raw: RawSeries,
  windows: Windows,
  of: (window: Window, step: number) => number | undefined,
): Omit<GridSeries, 'labels'> | undefined {
  const values = new Float64Array(grid.count);
  const present = new Uint8Array(grid.count);
  let isEmpty = true;
  // One object for all windows of the series: there are millions of them in a query.
  const window = {
    times: raw.times,
    values: raw.values,
    from: 0,
    to: 0,
    startMs: 0,
    endMs: 0,
    stepTimeMs: 0,
  };
  forEachWindow(raw, windows, (step, from, to) => {
    window.from = from;
    window.to = to;
    window.endMs = windows.ends[step] as number;
    window.startMs = window.endMs - windows.rangeMs;
    window.stepTimeMs = gridTime(grid, step);
    const value = of(window, step);
    if (value === undefined) return;
    values[step] = value;
    present[step] = 1;
    isEmpty = false;
  });
  return isEmpty ? undefined : { values, present };
}

const none: readonly number[] = [];

function paramReader(params: Params): (step: number) => readonly number[] {
  if (params.length === 0) return () => none;
  return (step) => params.map((values) => values[step] as number);
}

/** As Prometheus: only a hint, because nothing but its name says what a metric is. */
export function hintCounter(
  { definition, source }: CallNode,
  evaluator: NodeEvaluator,
  name = selectorName(source),
): void {
  if (!definition.expectsCounter || name === '' || /_(?:total|sum|count|bucket)$/.test(name))
    return;
  evaluator.annotate({
    level: 'info',
    text: `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(name)}`,
    span: source.args[0]?.span ?? source.span,
  });
}

function selectorName({ args: [arg] }: Call): string {
  const inner = arg && unwrapParens(arg);
  return inner?.kind === 'matrix-selector' ? inner.selector.name : '';
}

function warnQuantile(
  { source }: CallNode,
  args: readonly Value[],
  evaluator: NodeEvaluator,
): void {
  const wrong = scalarOf(args[0]).find((phi) => !(phi >= 0 && phi <= 1));
  if (wrong === undefined) return;
  evaluator.annotate({
    level: 'warning',
    text: `quantile value should be between 0 and 1, got ${printNumber(wrong)}`,
    span: source.args[0]?.span ?? source.span,
  });
}
