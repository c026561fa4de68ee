// Metrics that `metrics` stages make of lines: on the program's own meter, for all pipelines together,
// so that two stages with the same metric count into one. Series that get nothing for a while go away.
import type { Counter, Meter, MeterLabels, MetricPoint } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { StageMetric } from '#pipeline/log/stage-config.ts';
import { labelsKey } from './value.ts';

export interface StageMetricsDeps {
  readonly meter: Meter;
  readonly clock: Clock;
  /** Series of one metric; lines that would make another one are not counted. */
  readonly seriesMax: number;
}

/** One metric of a stage. */
export interface StageFamily {
  /** Adds to a counter or gauge, or observes a value of a histogram. */
  record(labels: ReadonlyMap<string, string>, value: number): void;
  set(labels: ReadonlyMap<string, string>, value: number): void;
  /** The last one takes the metric away. */
  close(): void;
}

interface Series {
  readonly labels: MeterLabels;
  value: number;
  sum: number;
  readonly counts: number[];
  touchedMs: number;
}

export class StageMetrics {
  readonly #deps: StageMetricsDeps;
  readonly #families = new Map<string, Family>();
  readonly #refused: Counter;

  constructor(deps: StageMetricsDeps) {
    this.#deps = deps;
    this.#refused = deps.meter.counter(
      'sightline_log_stage_metric_refused_total',
      'Lines that metrics stages did not count: the metric has too many series, or is of another kind.',
    );
  }

  /** Nothing is counted where the name is that of a metric of another kind. */
  open(metric: StageMetric): StageFamily {
    const name = metric.prefix + metric.name;
    const known = this.#families.get(name);
    const refuse = (): void => this.#refused.add(1, { metric: name });
    if (known && known.type !== metric.type)
      return { record: refuse, set: refuse, close: () => {} };
    const family = known ?? new Family(name, metric, this.#deps, refuse);
    this.#families.set(name, family);
    family.users++;
    return {
      record: (labels, value) => family.record(labels, value),
      set: (labels, value) => family.set(labels, value),
      close: () => {
        if (--family.users > 0) return;
        family.remove();
        this.#families.delete(name);
      },
    };
  }
}

class Family {
  readonly type: StageMetric['type'];
  readonly remove: () => void;
  users = 0;
  readonly #deps: StageMetricsDeps;
  readonly #buckets: readonly number[];
  readonly #idleMsMax: number;
  readonly #series = new Map<string, Series>();
  readonly #onRefused: () => void;

  constructor(name: string, metric: StageMetric, deps: StageMetricsDeps, onRefused: () => void) {
    this.type = metric.type;
    this.#deps = deps;
    this.#buckets = [...metric.buckets].sort((a, b) => a - b);
    this.#idleMsMax = metric.idleMsMax;
    this.#onRefused = onRefused;
    this.remove = deps.meter.add({
      name,
      help: metric.description,
      kind: metric.type,
      read: () => this.#points(),
    });
  }

  record(labels: ReadonlyMap<string, string>, value: number): void {
    const series = this.#at(labels);
    if (!series) return;
    if (this.type !== 'histogram') {
      series.value += value;
      return;
    }
    series.value++;
    series.sum += value;
    this.#buckets.forEach((bound, i) => {
      if (value <= bound) series.counts[i] = (series.counts[i] as number) + 1;
    });
  }

  set(labels: ReadonlyMap<string, string>, value: number): void {
    const series = this.#at(labels);
    if (series) series.value = value;
  }

  #at(given: ReadonlyMap<string, string>): Series | undefined {
    const labels = shownLabels(given);
    const key = labelsKey(labels);
    const nowMs = this.#deps.clock.monotonicMs();
    let series = this.#series.get(key);
    if (!series) {
      if (this.#series.size >= this.#deps.seriesMax) this.#forget(nowMs);
      if (this.#series.size >= this.#deps.seriesMax) {
        this.#onRefused();
        return undefined;
      }
      const counts = this.#buckets.map(() => 0);
      series = { labels: Object.fromEntries(labels), value: 0, sum: 0, counts, touchedMs: nowMs };
      this.#series.set(key, series);
    }
    series.touchedMs = nowMs;
    return series;
  }

  #forget(nowMs: number): void {
    for (const [key, { touchedMs }] of this.#series) {
      if (nowMs - touchedMs > this.#idleMsMax) this.#series.delete(key);
    }
  }

  #points(): MetricPoint[] {
    this.#forget(this.#deps.clock.monotonicMs());
    return [...this.#series.values()].map(({ labels, value, sum, counts }) =>
      this.type === 'histogram'
        ? { labels, value, sum, buckets: this.#cumulative(counts, value) }
        : { labels, value },
    );
  }

  #cumulative(counts: readonly number[], total: number): { le: number; count: number }[] {
    const buckets = this.#buckets.map((le, i) => ({ le, count: counts[i] as number }));
    return [...buckets, { le: Number.POSITIVE_INFINITY, count: total }];
  }
}

/** Without those for relabelling. */
function shownLabels(labels: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  for (const name of labels.keys()) {
    if (name.startsWith('__')) return new Map([...labels].filter(([n]) => !n.startsWith('__')));
  }
  return labels;
}
