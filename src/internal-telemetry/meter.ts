// Our own metrics: counters, gauges and histograms in memory, read by /metrics and by the loop that
// writes them into our own store. Names are Prometheus style with a unit suffix; those that the
// OpenTelemetry Collector has keep its names. Declare instruments at the top of the file that counts.

export type MeterLabels = Readonly<Record<string, string>>;
export type InstrumentKind = 'counter' | 'gauge' | 'histogram';

export interface MetricPoint {
  readonly labels: MeterLabels;
  readonly value: number;
  /** Histograms only: cumulative counts per upper bound, the last being +Inf. */
  readonly buckets?: readonly { readonly le: number; readonly count: number }[];
  readonly sum?: number;
}

export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly kind: InstrumentKind;
  readonly points: readonly MetricPoint[];
}

export interface FamilySource extends Omit<MetricFamily, 'points'> {
  readonly read: () => readonly MetricPoint[];
}

export interface Counter {
  add(value: number, labels?: MeterLabels): void;
}
export interface Gauge {
  set(value: number, labels?: MeterLabels): void;
}
export interface Histogram {
  record(value: number, labels?: MeterLabels): void;
}

/** One per program instance; passed down, never global, so that instances do not mix. */
export interface Meter {
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** A gauge that is asked for its value when somebody reads. */
  observe(name: string, help: string, read: () => number | readonly MetricPoint[]): void;
  histogram(name: string, help: string, bounds?: readonly number[]): Histogram;
  /** A family that somebody else keeps, asked for when somebody reads, until the answer is called. One
   * with a name that is known takes its place. */
  add(family: FamilySource): () => void;
  collect(): MetricFamily[];
}

const defaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMeter(): Meter {
  const families = new Map<string, Omit<FamilySource, 'name'>>();
  const register = (
    name: string,
    help: string,
    kind: InstrumentKind,
    read: () => MetricPoint[],
  ) => {
    families.set(name, { help, kind, read });
  };
  const instruments = new Map<string, Counter & Gauge & Histogram>();
  const once = <T>(name: string, make: () => T): T => {
    const known = instruments.get(name) as T | undefined;
    if (known) return known;
    const made = make();
    instruments.set(name, made as Counter & Gauge & Histogram);
    return made;
  };
  return {
    counter: (name, help) =>
      once(name, () => {
        const cells = createCells();
        register(name, help, 'counter', () => cells.points());
        return {
          add: (value: number, labels: MeterLabels = {}) => {
            cells.at(labels).value += value;
          },
        };
      }),
    gauge: (name, help) =>
      once(name, () => {
        const cells = createCells();
        register(name, help, 'gauge', () => cells.points());
        return {
          set: (value: number, labels: MeterLabels = {}) => {
            cells.at(labels).value = value;
          },
        };
      }),
    observe: (name, help, read) => {
      register(name, help, 'gauge', () => {
        const value = read();
        return typeof value === 'number' ? [{ labels: {}, value }] : [...value];
      });
    },
    histogram: (name, help, bounds = defaultBounds) =>
      once(name, () => {
        const cells = createHistogramCells(bounds);
        register(name, help, 'histogram', () => cells.points());
        return { record: cells.record };
      }),
    add: ({ name, help, kind, read }) => {
      const family = { help, kind, read };
      families.set(name, family);
      return () => {
        if (families.get(name) === family) families.delete(name);
      };
    },
    collect: () =>
      [...families].map(([name, { help, kind, read }]) => ({ name, help, kind, points: read() })),
  };
}

const keyOf = (labels: MeterLabels): string => JSON.stringify(Object.entries(labels).sort());

function createCells() {
  const cells = new Map<string, { labels: MeterLabels; value: number }>();
  return {
    at(labels: MeterLabels) {
      const key = keyOf(labels);
      let cell = cells.get(key);
      if (!cell) {
        cell = { labels, value: 0 };
        cells.set(key, cell);
      }
      return cell;
    },
    points: (): MetricPoint[] =>
      [...cells.values()].map(({ labels, value }) => ({ labels, value })),
  };
}

function createHistogramCells(bounds: readonly number[]) {
  const cells = new Map<
    string,
    { labels: MeterLabels; counts: number[]; sum: number; count: number }
  >();
  return {
    record(value: number, labels: MeterLabels = {}): void {
      const key = keyOf(labels);
      let cell = cells.get(key);
      if (!cell) {
        cell = { labels, counts: bounds.map(() => 0), sum: 0, count: 0 };
        cells.set(key, cell);
      }
      cell.count++;
      cell.sum += value;
      bounds.forEach((bound, i) => {
        if (value <= bound) (cell.counts[i] as number)++;
      });
    },
    points: (): MetricPoint[] =>
      [...cells.values()].map(({ labels, counts, sum, count }) => ({
        labels,
        value: count,
        sum,
        buckets: [
          ...bounds.map((le, i) => ({ le, count: counts[i] as number })),
          { le: Number.POSITIVE_INFINITY, count },
        ],
      })),
  };
}
