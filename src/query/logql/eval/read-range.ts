// A range aggregation: counted by the engine where its pipeline allows, else line by line here.
import { InputError } from '#lib/errors.ts';
import { type GridSeries, type Labels, labelsKey } from '#query/vector/value.ts';
import type { Expr } from '#sql/tree.ts';
import { rowsOf } from '#store/native/row.ts';
import { compileKeys } from '../compile/keys.ts';
import { type LogScan, type Slots, selectAllLines, selectCounts } from '../compile/logs.ts';
import { compileStages } from '../compile/pipeline.ts';
import type { Stream } from '../compile/stream.ts';
import type { RangeFunction } from '../function/definition.ts';
import { rangeFunctions } from '../function/index.ts';
import { checkSeriesCount } from '../limits.ts';
import type { NanoGrid, RangePlan } from '../plan/plan.ts';
import { type EntryLabels, errorLabel, preserveErrorLabel } from '../stage/entry.ts';
import { compilePipeline, sampleHints } from '../stage/index.ts';
import { compileUnwrap } from '../stage/unwrap.ts';
import type { Grouping, LogExpr } from '../syntax/ast.ts';
import { utf8Length } from './bytes.ts';
import { checkPoints, countLine, type QueryContext, requirePushDown } from './context.ts';
import { seriesLabels } from './grouping.ts';
import { entriesOf } from './lines.ts';
import { evaluateSamples, type SampleSeries } from './samples.ts';
import { selectStreamsOf } from './selection.ts';
import { type SlotSeries, slotOf, slotsOf, toGridSeries } from './slots.ts';

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

/** A plan whose streams are known. */
interface ReadPlan extends RangePlan {
  readonly hints: readonly Expr[];
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
  const totals = await readTotals(context, plan, definition, streams, slots);
  checkPoints(context, totals.length, grid.count);
  const divisor = definition.isPerSecond ? Number(range.rangeNano) / 1e9 : 1;
  return totals.map((one) =>
    toGridSeries(one, slots, { grid, rangeNano: range.rangeNano, divisor }),
  );
}

const oneSeries: Grouping = { isWithout: false, labels: [], span: { from: 0, to: 0 } };

/** Counts (one per group and slot) that one scan may give. */
const countsMax = 5_000_000;

/** Absence asks whether there is any line at all. */
const groupingOf = (plan: RangePlan, definition: RangeFunction): Grouping | undefined =>
  definition.isAbsence ? oneSeries : plan.grouping;

async function readTotals(
  context: QueryContext,
  plan: ReadPlan,
  definition: RangeFunction,
  streams: readonly Stream[],
  slots: Slots,
): Promise<SlotSeries[]> {
  const grouping = groupingOf(plan, definition);
  if (context.pushDown !== 'never') {
    const { conditions, residual, removed } = compileStages(
      plan.aggregation.range.log.stages,
      streams,
    );
    const keys = plan.canCompile ? compileKeys(grouping, streams, removed) : undefined;
    if (keys && residual.length === 0) {
      context.stats.scansPushedDown++;
      const select = selectCounts(
        scanOf(context, plan, conditions),
        slots,
        definition.counts ?? 'lines',
        keys.keys,
      );
      const series = new SeriesMap<SlotSeries>(context, (labels) => ({
        labels,
        totals: new Map(),
      }));
      const read = { ...context.read, maxRows: countsMax };
      for await (const block of context.reader.blocks(select, read)) {
        for (const row of rowsOf(block)) {
          add(series.at(keys.labelsOf(row)), Number(row.slot), row.total as number);
        }
      }
      return series.all();
    }
  }
  requirePushDown(context, false, plan.aggregation.operation);
  const series = new SeriesMap<SlotSeries>(context, (labels) => ({ labels, totals: new Map() }));
  await forEachLine(context, plan, streams, (entry) => {
    const amount = definition.counts === 'bytes' ? utf8Length(entry.line) : 1;
    add(series.at(sampleLabels(entry.labels, grouping)), slotOf(slots, entry.timeNano), amount);
  });
  return series.all();
}

function add({ totals }: SlotSeries, slot: number, amount: number): void {
  totals.set(slot, (totals.get(slot) ?? 0) + amount);
}

async function readSamples(
  context: QueryContext,
  plan: ReadPlan,
  streams: readonly Stream[],
): Promise<SampleSeries[]> {
  const { range } = plan.aggregation;
  if (!range.unwrap) return [];
  const definition = rangeFunctions[plan.aggregation.operation] as RangeFunction;
  const grouping = groupingOf(plan, definition);
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

/** A sample that failed keeps all its labels, so that the failure is seen through any grouping. */
const sampleLabels = (labels: EntryLabels, grouping: Grouping | undefined): Labels =>
  seriesLabels(labels, labels.error === '' ? grouping : undefined);

type Visit = (entry: Parameters<ReturnType<typeof compilePipeline>>[0]) => void;

async function forEachLine(
  context: QueryContext,
  plan: ReadPlan,
  streams: readonly Stream[],
  visit: Visit,
): Promise<void> {
  const { range, operation } = plan.aggregation;
  const { stages } = range.log;
  const conditions = context.pushDown === 'never' ? [] : compileStages(stages, streams).conditions;
  const isAbsence = rangeFunctions[operation]?.isAbsence === true;
  const asked = { stages, unwrap: range.unwrap, grouping: plan.grouping, isAbsence };
  const pipeline = compilePipeline(stages, sampleHints(asked));
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  const select = selectAllLines(scanOf(context, plan, conditions));
  for await (const block of context.reader.blocks(select, context.read)) {
    for (const entry of entriesOf(block, byId)) {
      countLine(context, entry.line);
      if (pipeline(entry)) visit(entry);
    }
  }
}

const scanOf = (
  { tenant }: QueryContext,
  plan: ReadPlan,
  conditions: LogScan['conditions'],
): LogScan => ({
  tenant,
  fromNano: plan.fromNano + 1n,
  toNano: plan.toNano + 1n,
  matchers: plan.aggregation.range.log.matchers,
  conditions: [...plan.hints, ...conditions],
});

/** Series by their labels, not more than `query.max_series`. */
class SeriesMap<Series> {
  readonly #byKey = new Map<string, Series>();
  readonly #context: QueryContext;
  readonly #make: (labels: Labels) => Series;

  constructor(context: QueryContext, make: (labels: Labels) => Series) {
    this.#context = context;
    this.#make = make;
  }

  at(labels: Labels): Series {
    const key = labelsKey(labels);
    let series = this.#byKey.get(key);
    if (!series) {
      checkSeriesCount(this.#byKey.size + 1, this.#context.limits);
      series = this.#make(labels);
      this.#byKey.set(key, series);
    }
    return series;
  }

  all(): Series[] {
    return [...this.#byKey.values()];
  }
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
