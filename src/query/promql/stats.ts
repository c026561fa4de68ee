// What a query cost, as Prometheus counts it: every sample that a step looks at counts once per step,
// so that the same sample counts in each window that holds it. Counted from what was read for a plan.
// https://prometheus.io/docs/prometheus/latest/querying/api/#expression-queries
import type { Pausable } from '#query/vector/pausable.ts';
import { isStaleMarker } from '#query/vector/stale.ts';
import { gridTime, type RawSeries } from '#query/vector/value.ts';
import {
  type InstantNode,
  type PlanNode,
  type RangeNode,
  type Read,
  shiftedMs,
} from './plan/node.ts';

/** Times in seconds. Names are those of Prometheus's answers. */
export interface QueryStats {
  readonly timings: {
    readonly evalTotalTime: number;
    readonly resultSortTime: number;
    readonly queryPreparationTime: number;
    readonly innerEvalTime: number;
    readonly execQueueTime: number;
    readonly execTotalTime: number;
  };
  readonly samples: SampleStats;
}

export interface SampleStats {
  readonly totalQueryableSamples: number;
  /** How many are held at one time at most: windows and the points that become of them. */
  readonly peakSamples: number;
}

type Selector = InstantNode | RangeNode;

/** `samplesOf` gives what was read; samples of subqueries count where they are read. */
export function* countSamples(
  root: PlanNode,
  samplesOf: (read: Read) => readonly RawSeries[],
): Pausable<SampleStats> {
  let total = 0;
  let peak = 0;
  for (const selector of selectorsOf(root)) {
    let [points, longest] = [0, 0];
    for (const series of samplesOf(selector.read)) {
      const counted = countSeries(series, selector);
      total += counted.samples;
      points += counted.points;
      longest = Math.max(longest, counted.longest);
      yield;
    }
    peak += points + longest;
  }
  // The result of a query without selectors is a point, too.
  return { totalQueryableSamples: total, peakSamples: Math.max(peak, 1) };
}

function selectorsOf(node: PlanNode): readonly Selector[] {
  switch (node.kind) {
    case 'instant':
    case 'range':
      return [node];
    case 'subquery':
    case 'negative':
      return selectorsOf(node.inner);
    case 'aggregation':
      return [...(node.param ? selectorsOf(node.param) : []), ...selectorsOf(node.inner)];
    case 'call':
      return node.args.flatMap(selectorsOf);
    case 'binary':
      return [...selectorsOf(node.left), ...selectorsOf(node.right)];
    case 'pushed':
      return selectorsOf(node.source);
    default:
      return [];
  }
}

interface SeriesCount {
  readonly samples: number;
  /** Steps with samples. */
  readonly points: number;
  /** Samples of the longest window; none for instant selectors, whose points are the samples. */
  readonly longest: number;
}

function countSeries({ times, values, histograms }: RawSeries, node: Selector): SeriesCount {
  const rangeMs = node.kind === 'range' ? node.rangeMs : node.lookbackMs;
  let [samples, points, longest, from, to] = [0, 0, 0, 0, 0];
  for (let step = 0; step < node.grid.count; step++) {
    const end = shiftedMs(node, gridTime(node.grid, step));
    while (to < times.length && (times[to] as number) <= end) to++;
    while (from < to && (times[from] as number) <= end - rangeMs) from++;
    if (from === to) continue;
    if (node.kind === 'range') {
      samples += to - from;
      points++;
      longest = Math.max(longest, to - from);
    } else if (histograms?.[to - 1] || !isStaleMarker(values, to - 1)) {
      samples++;
      points++;
    }
  }
  return { samples, points, longest };
}
