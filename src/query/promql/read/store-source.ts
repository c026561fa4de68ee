// Samples and grids from the store. Two reads per selector run side by side: who the series are, and
// their samples; the rows of both are put together by series id.
import { METRIC_NAME, sortByLabels } from '#query/vector/label.ts';
import type { GridSeries, Labels, RawSeries } from '#query/vector/value.ts';
import type { Select } from '#sql/tree.ts';
import type { Block, StoreReader } from '#store/contract.ts';
import type { PushDownMode } from '../compile/compile.ts';
import { compileHistogramNames, histogramNamesOf } from '../compile/histogram.ts';
import type { Statement } from '../compile/push-down.ts';
import { compileSamples, compileSeries } from '../compile/samples.ts';
import type { Read } from '../plan/node.ts';
import {
  arrayColumn,
  idColumn,
  labelReader,
  millisecondsOf,
  type NullableFloats,
  textColumn,
} from './block.ts';
import { mergeSeries, SampleChunks } from './chunks.ts';
import type { ReadScope, SampleSource } from './source.ts';

export function createStoreSource(reader: StoreReader, pushDown: PushDownMode): SampleSource {
  return {
    pushDown,
    select: (read, scope) => selectSamples(reader, read, scope),
    run: (statement, scope) => runStatement(reader, statement, scope),
    histogramNames: async (read, scope) => {
      const names = histogramNamesOf(read, scope);
      const found: string[] = [];
      if (names.length === 0) return found;
      const select = compileHistogramNames(read, names, scope);
      for await (const block of blocksOf(reader, select, scope)) {
        found.push(...textColumn(block, 'name'));
      }
      return found;
    },
  };
}

async function selectSamples(
  reader: StoreReader,
  read: Read,
  scope: ReadScope,
): Promise<readonly RawSeries[]> {
  const chunks = new Map<bigint, SampleChunks>();
  const gather = async (select: Select): Promise<void> => {
    for await (const block of blocksOf(reader, select, scope)) addChunks(block, chunks, scope);
  };
  const [labelsById] = await Promise.all([
    readSeries(reader, read, scope),
    ...compileSamples(read, scope).map(gather),
  ]);
  const series: RawSeries[] = [];
  for (const [id, labels] of labelsById) {
    const raw = chunks.get(id)?.toSeries(labels, read);
    if (raw) series.push(raw);
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

function addChunks(block: Block, chunks: Map<bigint, SampleChunks>, { budget }: ReadScope): void {
  const ids = idColumn(block, 'series_id');
  const times = arrayColumn<BigInt64Array>(block, 'times');
  const values = arrayColumn<Float64Array>(block, 'values');
  let from = 0;
  for (let row = 0; row < block.rows; row++) {
    const to = times.offsets[row] as number;
    const id = ids[row] as bigint;
    let series = chunks.get(id);
    if (!series) {
      series = new SampleChunks();
      chunks.set(id, series);
    }
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
): Promise<readonly GridSeries[]> {
  const series: GridSeries[] = [];
  for await (const block of blocksOf(reader, statement.select, scope)) {
    const grids = arrayColumn<NullableFloats>(block, statement.labels ? 'folded' : 'grid');
    scope.budget.addSamples(grids.values.values.length);
    const labelsAt = statementLabels(block, statement);
    let from = 0;
    for (let row = 0; row < block.rows; row++) {
      const to = grids.offsets[row] as number;
      series.push({ labels: labelsAt(row), ...gridOf(grids.values, from, to) });
      from = to;
    }
    scope.budget.checkSeries(series.length);
  }
  return sortByLabels(series);
}

function statementLabels(block: Block, statement: Statement): (row: number) => Labels {
  const first: Labels = statement.keepsName ? { [METRIC_NAME]: statement.name } : {};
  if (!statement.labels) {
    const labelsAt = labelReader(block, 'labels');
    return (row) => labelsAt(row, first);
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

function blocksOf(
  reader: StoreReader,
  select: Select,
  { budget }: ReadScope,
): AsyncIterable<Block> {
  budget.checkpoint();
  const { signal } = budget;
  return reader.blocks(select, { timeoutMs: budget.remainingMs, ...(signal ? { signal } : {}) });
}
