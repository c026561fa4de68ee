// irate and idelta: the last two samples of the window.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#irate
import { subtractHistograms } from '#query/vector/histogram/add.ts';
import { detectReset } from '#query/vector/histogram/detect-reset.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { divideHistogram } from '#query/vector/histogram/scale.ts';
import { type Point, type Window, windowFunction } from './definition.ts';
import { gridAggregate } from './grid-aggregate.ts';
import {
  mismatchedBounds,
  mixedSamples,
  mixedSchemas,
  noCounterHistogram,
  noGaugeHistogram,
} from './note.ts';
import { beganAnew } from './start-time.ts';

export const irate = windowFunction(
  {
    name: 'irate',
    doc: 'Per-second increase of a counter between the last two samples of the range.',
    example: 'irate(http_requests_total[5m])',
    compile: gridAggregate('timeSeriesInstantRateToGrid'),
  },
  (window) => lastDifference(window, true),
);

export const idelta = windowFunction(
  {
    name: 'idelta',
    doc: 'Difference between the last two samples of the range.',
    example: 'idelta(cpu_temperature_celsius[2h])',
    compile: gridAggregate('timeSeriesInstantDeltaToGrid'),
  },
  (window) => lastDifference(window, false),
);

function lastDifference(window: Window, isRate: boolean): Point | undefined {
  const { times, values, histograms, from, to } = window;
  if (to - from < 2) return undefined;
  const distanceMs = (times[to - 1] as number) - (times[to - 2] as number);
  const seconds = isRate ? distanceMs / 1000 : 1;
  const last = histograms?.[to - 1];
  const previous = histograms?.[to - 2];
  if (last && previous) {
    const difference = histogramDifference(window, { last, previous, isRate });
    return difference && isRate ? divideHistogram(difference, seconds) : difference;
  }
  if (last || previous) {
    window.annotate(mixedSamples(window.name));
    return undefined;
  }
  const value = values[to - 1] as number;
  const before = values[to - 2] as number;
  const isReset = isRate && (value < before || beganAnew(window, to - 1));
  return (isReset ? value : value - before) / seconds;
}

function histogramDifference(
  window: Window,
  {
    last,
    previous,
    isRate,
  }: { readonly last: Histogram; readonly previous: Histogram; readonly isRate: boolean },
): Histogram | undefined {
  const { name, to } = window;
  const gauges = [last, previous].filter(({ counterReset }) => counterReset === 'gauge').length;
  if (isRate && gauges > 0) window.annotate(noCounterHistogram(name));
  if (!isRate && gauges < 2) window.annotate(noGaugeHistogram(name));
  const isReset = isRate && (beganAnew(window, to - 1) || detectReset(last, previous));
  if (isReset) return { ...last, counterReset: 'gauge' };
  const difference = subtractHistograms(last, previous);
  if (!difference) window.annotate(mixedSchemas(name));
  if (difference?.boundsReconciled) window.annotate(mismatchedBounds('subtraction'));
  return difference && { ...difference.histogram, counterReset: 'gauge' };
}
