// Lines or bytes per series and slot of time. The engine counts where it can check the whole pipeline, or
// where what is known of the levels of lines is enough; the rest is counted line by line here.
import type { Labels } from '#query/vector/value.ts';
import type { Expr } from '#sql/tree.ts';
import { rowsOf } from '#store/native/row.ts';
import { compileKeys, type GroupKeys } from '../compile/keys.ts';
import { compileLevelGroups, type GroupRow, type LevelGroups } from '../compile/level-groups.ts';
import { type Slots, selectCounts } from '../compile/logs.ts';
import { compileStages } from '../compile/pipeline.ts';
import type { Stream } from '../compile/stream.ts';
import type { RangeFunction } from '../function/definition.ts';
import { utf8Length } from './bytes.ts';
import { type QueryContext, requirePushDown } from './context.ts';
import { seriesLabels } from './grouping.ts';
import {
  forEachLine,
  groupingOf,
  type ReadPlan,
  sampleLabels,
  sampleQueryOf,
  scanOf,
} from './range-scan.ts';
import { SeriesMap } from './series-map.ts';
import { type SlotSeries, slotOf } from './slots.ts';

/** Counts (one per group and slot) that one scan may give. */
const countsMax = 5_000_000;

/** One aggregation that is being read. */
interface Reading {
  readonly context: QueryContext;
  readonly plan: ReadPlan;
  readonly definition: RangeFunction;
  readonly streams: readonly Stream[];
  readonly slots: Slots;
  readonly series: SeriesMap<SlotSeries>;
}

export async function readTotals(asked: Omit<Reading, 'series'>): Promise<SlotSeries[]> {
  const { context, plan, streams } = asked;
  const emptySeries = (labels: Labels): SlotSeries => ({ labels, totals: new Map() });
  const reading = { ...asked, series: new SeriesMap<SlotSeries>(context, emptySeries) };
  if (context.pushDown === 'never') await countLines(reading);
  else {
    const groupsOf = (withValues: boolean): LevelGroups | undefined =>
      compileLevelGroups(sampleQueryOf(plan), streams, withValues);
    const rest = await countKnown(reading, groupsOf);
    if (rest !== undefined) await countRest(reading, rest === 'all' ? undefined : rest);
    else context.stats.scansPushedDown++;
  }
  return reading.series.all();
}

/** Counts what is known without the lines; gives the condition on the rows that were not counted. */
async function countKnown(
  reading: Reading,
  groupsOf: (withValues: boolean) => LevelGroups | undefined,
  withValues = false,
): Promise<Expr | 'all' | undefined> {
  const { plan, series } = reading;
  const groups = groupsOf(withValues);
  if (!groups) return 'all';
  const rows: GroupRow[] = [];
  const unknown = new Map<string, GroupRow>();
  const labelsOf = new Map<string, Labels | undefined>();
  const keyOf = (row: GroupRow): string =>
    JSON.stringify(groups.keys.map(({ as: name }) => row[name as string]));
  const grouping = groupingOf(plan);
  for await (const row of countsOf(reading, groups.keys, groups.conditions)) {
    if (!withValues && groups.isTooCoarse(row)) return countKnown(reading, groupsOf, true);
    const key = keyOf(row);
    if (!labelsOf.has(key)) {
      const fate = groups.fateOf(row);
      if (fate === 'unknown') unknown.set(groups.likeness(row), row);
      labelsOf.set(key, typeof fate === 'string' ? undefined : seriesLabels(fate, grouping));
    }
    rows.push(row);
  }
  for (const row of rows) {
    const labels = labelsOf.get(keyOf(row));
    if (labels && !unknown.has(groups.likeness(row))) {
      add(series.at(labels), Number(row.slot), row.total as number);
    }
  }
  return unknown.size > 0 ? groups.rowsLike([...unknown.values()]) : undefined;
}

async function countRest(reading: Reading, among: Expr | undefined): Promise<void> {
  const { context, plan, streams, series } = reading;
  const compiled = compileStages(plan.aggregation.range.log.stages, streams);
  const isWhole = plan.canCompile && compiled.residual.length === 0;
  const keys: GroupKeys | undefined = isWhole
    ? compileKeys(groupingOf(plan), streams, compiled.removed)
    : undefined;
  if (!keys) {
    requirePushDown(context, false, plan.aggregation.operation);
    return countLines(reading, among);
  }
  context.stats.scansPushedDown++;
  const conditions = among ? [among, ...compiled.conditions] : compiled.conditions;
  for await (const row of countsOf(reading, keys.keys, conditions)) {
    add(series.at(keys.labelsOf(row)), Number(row.slot), row.total as number);
  }
}

async function* countsOf(
  { context, plan, definition, streams, slots }: Reading,
  keys: GroupKeys['keys'],
  conditions: readonly Expr[],
): AsyncGenerator<GroupRow> {
  const scan = scanOf(context, plan, streams, conditions);
  const select = selectCounts(scan, slots, definition.counts ?? 'lines', keys);
  const read = { ...context.read, maxRows: countsMax };
  for await (const block of context.reader.blocks(select, read)) yield* rowsOf(block);
}

async function countLines(reading: Reading, among?: Expr): Promise<void> {
  const { context, plan, definition, streams, slots, series } = reading;
  const grouping = groupingOf(plan);
  const visit: Parameters<typeof forEachLine>[3] = ({ line, timeNano, labels }) => {
    const amount = definition.counts === 'bytes' ? utf8Length(line) : 1;
    add(series.at(sampleLabels(labels, grouping)), slotOf(slots, timeNano), amount);
  };
  await forEachLine(context, plan, streams, visit, among);
}

function add({ totals }: SlotSeries, slot: number, amount: number): void {
  totals.set(slot, (totals.get(slot) ?? 0) + amount);
}
