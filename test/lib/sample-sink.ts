// A consumer that keeps the samples it is given, as text: for tests of what writes metrics.
import type { Batch } from '#model/batch.ts';
import type { ConsumeResult, Consumer } from '#pipeline/consumer.ts';
import { rowsOf } from './columns.ts';

export interface KeptSample {
  /** As PromQL writes it. */
  readonly series: string;
  readonly timeMs: number;
  readonly value: number;
}

type Row = ReturnType<typeof rowsOf>[number];

export class SampleSink implements Consumer<'metrics'> {
  readonly samples: KeptSample[] = [];
  readonly histograms: (Row & { series: string })[] = [];
  readonly exemplars: (Row & { series: string })[] = [];
  readonly tenants: string[] = [];
  readonly metadata: string[] = [];
  /** What the next call throws instead. */
  failure: Error | undefined;
  readonly #names = new Map<string, string>();

  async consume(batch: Batch<'metrics'>): Promise<ConsumeResult> {
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure;
    this.tenants.push(batch.tenant);
    for (const row of rowsOf(batch, 'otel_metric_metadata'))
      this.metadata.push(String(row['name']));
    for (const row of rowsOf(batch, 'otel_series')) {
      const labels = Object.entries(row['labels'] as Record<string, string>);
      const text = labels.map(([name, value]) => `${name}="${value}"`).join(',');
      this.#names.set(`${row['series_id']}`, `${row['name']}{${text}}`);
    }
    for (const row of rowsOf(batch, 'otel_samples')) {
      const values = row['value'] as number[];
      (row['time'] as number[]).forEach((timeMs, i) => {
        this.samples.push({ series: this.#nameOf(row), timeMs, value: values[i] as number });
      });
    }
    const named = (row: Row) => ({ ...row, series: this.#nameOf(row) });
    this.histograms.push(...rowsOf(batch, 'otel_histograms').map(named));
    this.exemplars.push(...rowsOf(batch, 'otel_exemplars').map(named));
    batch.committed?.();
    return { accepted: batch.items, rejected: undefined };
  }

  /** `[time, value]` of one series, in the order of writing. */
  of(series: string): (readonly [timeMs: number, value: number])[] {
    return this.samples
      .filter((sample) => sample.series === series)
      .map(({ timeMs, value }) => [timeMs, value] as const);
  }

  /** The last value of each series of a metric. */
  last(name: string): Record<string, number> {
    return Object.fromEntries(
      this.samples
        .filter(({ series }) => series.startsWith(`${name}{`))
        .map(({ series, value }) => [series, value]),
    );
  }

  #nameOf(row: Row): string {
    const id = `${row['series_id']}`;
    const name = this.#names.get(id);
    if (name === undefined) throw new Error(`a sample of series ${id}, which nobody has named`);
    return name;
  }
}
