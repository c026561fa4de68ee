// Rows of otel_histograms as histograms of their series.
import { histogramFromSpans } from '#query/vector/histogram/construct.ts';
import {
  type CounterReset,
  customSchema,
  type Histogram,
} from '#query/vector/histogram/histogram.ts';
import { reduceResolution } from '#query/vector/histogram/reduce.ts';
import { RunningTotal } from '#query/vector/histogram/running-total.ts';
import { setStaleMarker } from '#query/vector/stale.ts';
import type { Block } from '#store/contract.ts';
import { arrayColumn, blockColumn, idColumn, millisecondsOf } from './block.ts';
import type { SampleChunks } from './chunks.ts';

/** The finest and the coarsest resolution that PromQL has. */
const schemaMax = 8;
const schemaMin = -4;

/** Bits of `otel_histograms.flags`. */
const isStale = 8;
const isDelta = 16;

const counterResets: readonly CounterReset[] = ['unknown', 'reset', 'not-reset', 'gauge'];

interface Point {
  readonly timeMs: number;
  /** Undefined is a stale marker. */
  readonly histogram: Histogram | undefined;
  readonly startMs: number;
  readonly isDelta: boolean;
}

/** Collects the histograms of one read, by series id. */
export class HistogramCollector {
  /** Histograms of a resolution that there is not in PromQL, left out. */
  leftOut = 0;
  readonly #points = new Map<bigint, Point[]>();

  add(block: Block): void {
    const ids = idColumn(block, 'series_id');
    const times = milliseconds(block, 'time');
    const starts = milliseconds(block, 'start_time');
    const flags = blockColumn(block, 'flags') as Uint8Array;
    const histogramAt = histogramReader(block);
    for (let row = 0; row < block.rows; row++) {
      const flag = flags[row] as number;
      const histogram = (flag & isStale) === 0 ? histogramAt(row) : undefined;
      if (histogram && histogram.schema < schemaMin && histogram.schema !== customSchema) {
        this.leftOut++;
        continue;
      }
      const id = ids[row] as bigint;
      const points = this.#points.get(id) ?? [];
      this.#points.set(id, points);
      points.push({
        timeMs: times[row] as number,
        histogram: histogram && reduced(histogram),
        startMs: starts[row] as number,
        isDelta: (flag & isDelta) !== 0,
      });
    }
  }

  /** Hands everything on. */
  into(chunksOf: (id: bigint) => SampleChunks, withStarts: boolean): void {
    for (const [id, unsorted] of this.#points) {
      const points = withRunningTotals(unsorted.sort((a, b) => a.timeMs - b.timeMs));
      const values = new Float64Array(points.length);
      points.forEach(({ histogram }, i) => {
        if (!histogram) setStaleMarker(values, i);
      });
      const chunks = chunksOf(id);
      const times = Float64Array.from(points, ({ timeMs }) => timeMs);
      chunks.add(
        times,
        values,
        points.map(({ histogram }) => histogram),
      );
      if (!withStarts) continue;
      for (const { timeMs, startMs } of points) {
        if (startMs !== 0) chunks.addStart(timeMs, startMs);
      }
    }
  }
}

function milliseconds(block: Block, name: string): Float64Array {
  const target = new Float64Array(block.rows);
  millisecondsOf(blockColumn(block, name) as BigInt64Array, 0, block.rows, target, 0);
  return target;
}

function histogramReader(block: Block): (row: number) => Histogram {
  const floats = (name: string) => blockColumn(block, name) as Float64Array;
  const lists = <Values extends Float64Array | Int32Array>(name: string) => {
    const { offsets, values } = arrayColumn<Values>(block, name);
    return (row: number) =>
      values.subarray(row === 0 ? 0 : (offsets[row - 1] as number), offsets[row]);
  };
  const [count, sum, zeroThreshold, zeroCount] = [
    'count',
    'sum',
    'zero_threshold',
    'zero_count',
  ].map(floats) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const schema = blockColumn(block, 'scale') as Int32Array;
  const counterReset = blockColumn(block, 'counter_reset') as Uint8Array;
  const positiveSpans = lists<Int32Array>('positive_spans');
  const positiveCounts = lists<Float64Array>('positive_counts');
  const negativeSpans = lists<Int32Array>('negative_spans');
  const negativeCounts = lists<Float64Array>('negative_counts');
  const customBounds = lists<Float64Array>('custom_bounds');
  return (row) =>
    histogramFromSpans({
      schema: schema[row] as number,
      count: count[row] as number,
      sum: sum[row] as number,
      zeroThreshold: zeroThreshold[row] as number,
      zeroCount: zeroCount[row] as number,
      positiveSpans: positiveSpans(row),
      positiveCounts: positiveCounts(row),
      negativeSpans: negativeSpans(row),
      negativeCounts: negativeCounts(row),
      customBounds: customBounds(row),
      counterReset: counterResets[counterReset[row] as number] ?? 'unknown',
    });
}

const reduced = (histogram: Histogram): Histogram =>
  histogram.schema > schemaMax ? reduceResolution(histogram, schemaMax) : histogram;

/** What was sent as deltas counts up from the first of them. */
function withRunningTotals(points: readonly Point[]): readonly Point[] {
  if (!points.some((point) => point.isDelta)) return points;
  let total: RunningTotal | undefined;
  return points.map((point) => {
    const { histogram } = point;
    if (!histogram || !point.isDelta) return point;
    if (!total?.add(histogram)) total = new RunningTotal(histogram);
    return { ...point, histogram: total.histogram, startMs: 0 };
  });
}
