// Samples and grids from the store. Two reads per selector run side by side: who the series are, and
// their samples; the rows of both are put together by series id.
import { systemClock } from '#lib/clock.ts';
import { dropName, METRIC_NAME, sortByLabels } from '#query/vector/label.ts';
import type { GridSeries, Labels, RawSeries } from '#query/vector/value.ts';
import type { Select } from '#sql/tree.ts';
import type { Block, StoreReader } from '#store/contract.ts';
import type { PushDownMode } from '../compile/compile.ts';
import { compileBeyondEngine, compileHistograms, compileStarts } from '../compile/histogram.ts';
import type { Statement } from '../compile/push-down.ts';
import { compileSamples, compileSeries } from '../compile/samples.ts';
import { Turns } from '../eval/turns.ts';
import type { Read } from '../plan/node.ts';
import {
  arrayColumn,
  byteColumn,
  idColumn,
  labelReader,
  millisecondsOf,
  type NullableFloats,
  textColumn,
} from './block.ts';
import { mergeSeries, SampleChunks } from './chunks.ts';
import { HistogramCollector } from './histograms.ts';
import type { ReadScope, SampleSource } from './source.ts';

export function createStoreSource(reader: StoreReader, pushDown: PushDownMode): SampleSource {
  // `run` and `isBeyondEngine` are asked about the same statement; it runs once.
  const answers = new WeakMap<Statement, Promise<Answer>>();
  const answerTo = (statement: Statement, scope: ReadScope): Promise<Answer> => {
    const answer = answers.get(statement) ?? runStatement(reader, statement, scope);
    answers.set(statement, answer);
    return answer;
  };
  return {
    pushDown,
    select: (read, scope) => selectSamples(reader, read, scope),
    run: async (statement, scope) => (await answerTo(statement, scope)).series,
    isBeyondEngine: async (statement, scope) => {
      const [answer, hasMore] = await Promise.all([
        statement.mayBeInexact || statement.doubtsNaN ? answerTo(statement, scope) : undefined,
        hasRows(reader, compileBeyondEngine(statement, scope), scope),
      ]);
      return hasMore || (answer?.isInexact ?? false);
    },
  };
}

/** What a statement gives. */
interface Answer {
  readonly series: readonly GridSeries[];
  readonly isInexact: boolean;
}

async function hasRows(reader: StoreReader, select: Select, scope: ReadScope): Promise<boolean> {
  let rows = 0;
  for await (const block of blocksOf(reader, select, scope)) rows += block.rows;
  return rows > 0;
}

async function selectSamples(
  reader: StoreReader,
  read: Read,
  scope: ReadScope,
): Promise<readonly RawSeries[]> {
  const chunks = new Map<bigint, SampleChunks>();
  const chunksOf = (id: bigint): SampleChunks => {
    const known = chunks.get(id);
    if (known) return known;
    const made = new SampleChunks();
    chunks.set(id, made);
    return made;
  };
  const gather = async (select: Select): Promise<boolean> => {
    let hasRows = false;
    for await (const block of blocksOf(reader, select, scope)) {
      addChunks(block, chunksOf, scope);
      hasRows ||= block.rows > 0;
    }
    return hasRows;
  };
  const [cumulative, totals] = compileSamples(read, scope);
  const [labelsById, histograms, hasTotals] = await Promise.all([
    readSeries(reader, read, scope),
    readHistograms(reader, read, scope),
    gather(totals),
    gather(cumulative),
    read.withStarts ? readStarts(reader, read, scope, chunksOf) : undefined,
  ]);
  if (hasTotals) scope.onRunningTotals?.();
  histograms.into(chunksOf, read.withStarts ?? false);
  const series: RawSeries[] = [];
  const turns = new Turns(systemClock, () => scope.budget.checkpoint());
  for (const [id, labels] of labelsById) {
    const raw = chunks.get(id)?.toSeries(labels, read);
    if (raw) series.push(raw);
    const turn = turns.next();
    if (turn) await turn;
  }
  return mergeSeries(sortByLabels(series));
}

async function readSeries(
  reader: StoreReader,
  read: Read,
  scope: ReadScope,
): Promise<Map<bigint, Labels>> {
  const found = new Map<bigint, Labels>();
  for await (const block of blocksOf(reader, compileSeries(read, scope), scope)) {
    const ids = idColumn(block, 'series_id');
    const names = textColumn(block, 'name');
    const labelsAt = labelReader(block, 'labels');
    for (let row = 0; row < block.rows; row++) {
      found.set(ids[row] as bigint, labelsAt(row, { [METRIC_NAME]: names[row] as string }));
    }
    scope.budget.checkSeries(found.size);
  }
  return found;
}

async function readHistograms(
  reader: StoreReader,
  read: Read,
  scope: ReadScope,
): Promise<HistogramCollector> {
  const collector = new HistogramCollector();
  for await (const block of blocksOf(reader, compileHistograms(read, scope), scope)) {
    const { values } = arrayColumn<Float64Array>(block, 'positive_counts');
    scope.budget.addSamples(block.rows + values.length);
    collector.add(block);
  }
  if (collector.leftOut > 0) {
    scope.onLeftOut?.(
      read,
      `${collector.leftOut} native histograms with a schema below -4 were left out`,
    );
  }
  return collector;
}

async function readStarts(
  reader: StoreReader,
  read: Read,
  scope: ReadScope,
  chunksOf: (id: bigint) => SampleChunks,
): Promise<void> {
  for await (const block of blocksOf(reader, compileStarts(read, scope), scope)) {
    const ids = idColumn(block, 'series_id');
    const times = arrayColumn<BigInt64Array>(block, 'times');
    const starts = arrayColumn<BigInt64Array>(block, 'starts');
    const count = times.values.length;
    const [timesMs, startsMs] = [new Float64Array(count), new Float64Array(count)];
    millisecondsOf(times.values, 0, count, timesMs, 0);
    millisecondsOf(starts.values, 0, count, startsMs, 0);
    let from = 0;
    for (let row = 0; row < block.rows; row++) {
      const chunks = chunksOf(ids[row] as bigint);
      const to = times.offsets[row] as number;
      for (let i = from; i < to; i++) {
        chunks.addStart(timesMs[i] as number, startsMs[i] as number);
      }
      from = to;
    }
    scope.budget.addSamples(count);
  }
}

function addChunks(
  block: Block,
  chunksOf: (id: bigint) => SampleChunks,
  { budget }: ReadScope,
): void {
  const ids = idColumn(block, 'series_id');
  const times = arrayColumn<BigInt64Array>(block, 'times');
  const values = arrayColumn<Float64Array>(block, 'values');
  let from = 0;
  for (let row = 0; row < block.rows; row++) {
    const to = times.offsets[row] as number;
    const series = chunksOf(ids[row] as bigint);
    const converted = new Float64Array(to - from);
    millisecondsOf(times.values, from, to, converted, 0);
    series.add(converted, values.values.subarray(from, to));
    from = to;
  }
  budget.addSamples(from);
}

async function runStatement(
  reader: StoreReader,
  statement: Statement,
  scope: ReadScope,
): Promise<Answer> {
  const series: GridSeries[] = [];
  let isInexact = false;
  for await (const block of blocksOf(reader, statement.select, scope)) {
    const grids = arrayColumn<NullableFloats>(block, statement.labels ? 'folded' : 'grid');
    scope.budget.addSamples(grids.values.values.length);
    const labelsAt = statementLabels(block, statement);
    if (statement.mayBeInexact && byteColumn(block, 'inexact').includes(1)) isInexact = true;
    let from = 0;
    for (let row = 0; row < block.rows; row++) {
      const to = grids.offsets[row] as number;
      const { dropsName } = statement;
      const grid = gridOf(grids.values, from, to);
      if (statement.doubtsNaN && hasNaN(grid)) isInexact = true;
      series.push({ labels: labelsAt(row), ...grid, ...(dropsName ? { dropsName } : {}) });
      from = to;
    }
    scope.budget.checkSeries(series.length);
  }
  return { series: sortByLabels(series), isInexact };
}

function statementLabels(block: Block, statement: Statement): (row: number) => Labels {
  const first: Labels = statement.hasName ? { [METRIC_NAME]: statement.name } : {};
  if (!statement.labels) {
    const labelsAt = labelReader(block, 'labels');
    return statement.hasName ? (row) => labelsAt(row, first) : (row) => dropName(labelsAt(row));
  }
  const columns = statement.labels
    .map((label, i) => [label, textColumn(block, `l${i}`)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return (row) => {
    const pairs = columns.map(([label, texts]) => [label, texts[row] as string] as const);
    return Object.fromEntries([
      ...Object.entries(first),
      ...pairs.filter(([, text]) => text !== ''),
    ]);
  };
}

function gridOf({ nulls, values }: NullableFloats, from: number, to: number) {
  const present = nulls.slice(from, to);
  for (let i = 0; i < present.length; i++) present[i] = present[i] ? 0 : 1;
  return { values: values.subarray(from, to), present };
}

function hasNaN({ values, present }: Pick<GridSeries, 'values' | 'present'>): boolean {
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]) && present[i] === 1) return true;
  }
  return false;
}

function blocksOf(
  reader: StoreReader,
  select: Select,
  { budget }: ReadScope,
): AsyncIterable<Block> {
  budget.checkpoint();
  const { signal } = budget;
  return reader.blocks(select, { timeoutMs: budget.remainingMs, ...(signal ? { signal } : {}) });
}
