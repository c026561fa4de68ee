// A range aggregation: counted by the engine where its pipeline allows, else line by line here.
import { InputError } from '#lib/errors.ts';
import type { GridSeries, Labels } from '#query/vector/value.ts';
import type { Stream } from '../compile/stream.ts';
import type { RangeFunction } from '../function/definition.ts';
import { rangeFunctions } from '../function/index.ts';
import type { NanoGrid, RangePlan } from '../plan/plan.ts';
import { errorLabel, preserveErrorLabel } from '../stage/entry.ts';
import { compileUnwrap } from '../stage/unwrap.ts';
import type { LogExpr } from '../syntax/ast.ts';
import { checkPoints, type QueryContext, requirePushDown } from './context.ts';
import { forEachLine, groupingOf, type ReadPlan, sampleLabels } from './range-scan.ts';
import { readTotals } from './read-totals.ts';
import { evaluateSamples, type SampleSeries } from './samples.ts';
import { selectStreamsOf } from './selection.ts';
import { SeriesMap } from './series-map.ts';
import { slotsOf, toGridSeries } from './slots.ts';

export async function readRange(
  context: QueryContext,
  asked: RangePlan,
  grid: NanoGrid,
): Promise<readonly GridSeries[]> {
  const definition = rangeFunctions[asked.aggregation.operation] as RangeFunction;
  const window = { tenant: context.tenant, fromNano: asked.fromNano + 1n, toNano: asked.toNano };
  const selection = await selectStreamsOf(context, asked.aggregation.range.log, window);
  context.stats.scans++;
  const plan = { ...withLog(asked, selection.log), hints: selection.hints };
  const { streams } = selection;
  const series =
    streams.length === 0 ? [] : await evaluateRange(context, plan, grid, definition, streams);
  for (const { labels } of series) failOnError(labels);
  return definition.isAbsence ? invert(asked, series, grid.count) : series;
}

function withLog(plan: RangePlan, log: LogExpr): RangePlan {
  const { aggregation } = plan;
  return { ...plan, aggregation: { ...aggregation, range: { ...aggregation.range, log } } };
}

async function evaluateRange(
  context: QueryContext,
  plan: ReadPlan,
  grid: NanoGrid,
  definition: RangeFunction,
  streams: readonly Stream[],
): Promise<GridSeries[]> {
  const { range } = plan.aggregation;
  if (range.unwrap) {
    requirePushDown(context, false, 'unwrap');
    const samples = await readSamples(context, plan, streams);
    checkPoints(context, samples.length, grid.count);
    return samples.map((one) => evaluateSamples(one, definition, plan, grid));
  }
  const slots = slotsOf(plan, grid);
  const totals = await readTotals({ context, plan, definition, streams, slots });
  checkPoints(context, totals.length, grid.count);
  const divisor = definition.isPerSecond ? Number(range.rangeNano) / 1e9 : 1;
  return totals.map((one) =>
    toGridSeries(one, slots, { grid, rangeNano: range.rangeNano, divisor }),
  );
}

async function readSamples(
  context: QueryContext,
  plan: ReadPlan,
  streams: readonly Stream[],
): Promise<SampleSeries[]> {
  const { range } = plan.aggregation;
  if (!range.unwrap) return [];
  const grouping = groupingOf(plan);
  const unwrap = compileUnwrap(range.unwrap, grouping);
  const series = new SeriesMap<SampleSeries>(context, (labels) => ({
    labels,
    times: [],
    values: [],
  }));
  await forEachLine(context, plan, streams, (entry) => {
    const value = unwrap(entry);
    if (value === undefined) return;
    const one = series.at(sampleLabels(entry.labels, grouping));
    one.times.push(Number(entry.timeNano - plan.fromNano));
    one.values.push(value);
  });
  return series.all();
}

function failOnError(labels: Labels): void {
  const error = labels[errorLabel];
  if (!error || labels[preserveErrorLabel] === 'true') return;
  const text = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  throw new InputError(
    'logql_pipeline',
    `pipeline error: '${error}' for series: '{${text.join(', ')}}'.\n` +
      `Use a label filter to intentionally skip this error. (e.g | __error__!="${error}").\n` +
      'To skip all potential errors you can match empty errors.(e.g __error__="")\n' +
      'The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )\n',
  );
}

/** 1 where there is nothing, under the labels that the selector asks for by `=`. */
function invert(
  plan: RangePlan,
  series: readonly GridSeries[],
  steps: number,
): readonly GridSeries[] {
  const present = new Uint8Array(steps).fill(1);
  for (const one of series) {
    for (let i = 0; i < steps; i++) if (one.present[i]) present[i] = 0;
  }
  if (!present.includes(1)) return [];
  const { matchers } = plan.aggregation.range.log;
  const equal = matchers.filter(({ operator, value }) => operator === '=' && value !== '');
  const unique = equal.filter((one) => matchers.filter((m) => m.name === one.name).length === 1);
  const labels = Object.fromEntries(
    unique.map(({ name, value }) => [name, value] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return [{ labels, values: Float64Array.from(present), present }];
}
