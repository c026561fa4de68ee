// Calls: how a function's definition is applied to the values of its arguments.
import { BugError } from '#lib/errors.ts';
import { labelOf, METRIC_NAME } from '#query/vector/label.ts';
import { mergeEqualLabels } from '#query/vector/merge.ts';
import { type GridSeries, gridTime, type RawSeries } from '#query/vector/value.ts';
import type { Evaluation, Note, Point, Value, Window, Windows } from '../function/definition.ts';
import { GridBuilder } from '../function/grid-builder.ts';
import { onlyNumbers, scalarOf, seriesOf, vectorOf } from '../function/series.ts';
import type { CallNode } from '../plan/node.ts';
import type { NodeEvaluator } from './evaluate.ts';
import { hintCounter, placeOf } from './hint.ts';
import { sweepSeries } from './sweep.ts';
import { visitSome } from './window.ts';

type Params = readonly Float64Array[];

export async function evaluateCall(node: CallNode, evaluator: NodeEvaluator): Promise<Value> {
  const { definition, source, grid } = node;
  const args: Value[] = [];
  for (const arg of node.args) args.push(await evaluator.evaluate(arg));
  const { evaluate } = definition;
  switch (evaluate.kind) {
    case 'whole': {
      const result = evaluate.of(args, {
        grid,
        query: evaluator.query,
        args: source.args,
        span: source.span,
        annotate: (annotation) => evaluator.annotate(annotation),
        reserve: (points) => evaluator.reserve(points),
      });
      return 'kind' in result ? result : evaluator.finish(result);
    }
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
  const at = paramReader(rest.map(scalarOf));
  const results: GridSeries[] = [];
  for (const { labels, values, present } of onlyNumbers(seriesOf(first))) {
    const mapped = new Float64Array(grid.count);
    for (let step = 0; step < grid.count; step++) {
      if (present[step]) mapped[step] = of(values[step] as number, at(step));
    }
    results.push({ labels, values: mapped, present, dropsName: true });
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
  const annotate = (note: Note): void => evaluator.annotate({ ...note, span: placeOf(node) });
  const results: GridSeries[] = [];
  for (const raw of matrix.windows.series) {
    let points = sweepSeries(node, raw, matrix.windows);
    if (!points) {
      points = new GridBuilder(node.grid.count);
      const told = { windows: matrix.windows, annotate, points };
      const goOn = evaluateSeries(node, raw, told, (window, step) => of(window, at(step)));
      while (goOn()) {
        const turn = evaluator.pause();
        if (turn) await turn;
      }
    }
    const turn = evaluator.pause();
    if (turn) await turn;
    if (points.isEmpty) continue;
    const dropsName = definition.keepsMetricName ? raw.dropsName : true;
    const series = points.build(raw.labels, dropsName);
    results.push(series);
    if (raw.dropsName) continue;
    if (onlyNumbers([series]).length > 0) hintCounter(node, evaluator, raw.labels);
  }
  // The series of a selector differ, and keep their labels here.
  const isSelected = node.args.every(({ kind }) => kind === 'range' || kind === 'number');
  return vectorOf(isSelected ? results : mergeEqualLabels(results));
}

interface SeriesScope {
  readonly windows: Windows;
  readonly annotate: Window['annotate'];
  /** Where the points go. */
  readonly points: GridBuilder;
}

/** Evaluates more and more of the series: what it gives tells whether there is more to do. */
function evaluateSeries(
  { grid }: CallNode,
  raw: RawSeries,
  { windows, annotate, points }: SeriesScope,
  of: (window: Window, step: number) => Point | undefined,
): () => boolean {
  // One object for all windows of the series: there are millions of them in a query.
  const window = {
    times: raw.times,
    values: raw.values,
    histograms: raw.histograms,
    starts: raw.starts,
    from: 0,
    to: 0,
    startMs: 0,
    endMs: 0,
    stepTimeMs: 0,
    extension: windows.extension?.kind,
    name: raw.dropsName ? '' : labelOf(raw.labels, METRIC_NAME),
    annotate,
  };
  const visit = (step: number, from: number, to: number): void => {
    window.from = from;
    window.to = to;
    window.endMs = windows.ends[step] as number;
    window.startMs = window.endMs - windows.rangeMs;
    window.stepTimeMs = gridTime(grid, step);
    points.set(step, of(window, step));
  };
  const walk = { step: 0, from: 0, to: 0 };
  return () => visitSome(raw, windows, visit, walk);
}

const none: readonly number[] = [];

function paramReader(params: Params): (step: number) => readonly number[] {
  if (params.length === 0) return () => none;
  return (step) => params.map((values) => values[step] as number);
}
