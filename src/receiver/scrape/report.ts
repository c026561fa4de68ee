// The series that every scrape makes of itself: up, scrape_duration_seconds and others.
// https://prometheus.io/docs/concepts/jobs_instances/#automatically-generated-labels-and-time-series
import type { Pairs } from '#model/canonical.ts';
import type { SampleBatchBuilder, SeriesRef } from '#model/sample-batch.ts';
import { toReportLabels } from './sample-labels.ts';

export interface ScrapeReport {
  readonly isUp: boolean;
  readonly durationSeconds: number;
  readonly scraped: number;
  readonly added: number;
  readonly seriesAdded: number;
  readonly timeoutSeconds: number;
  readonly sampleLimit: number;
  /** -1: refused for its size. */
  readonly bodyBytes: number;
}

const always: Readonly<Record<string, (report: ScrapeReport) => number>> = {
  up: ({ isUp }) => (isUp ? 1 : 0),
  scrape_duration_seconds: ({ durationSeconds }) => durationSeconds,
  scrape_samples_scraped: ({ scraped }) => scraped,
  scrape_samples_post_metric_relabeling: ({ added }) => added,
  scrape_series_added: ({ seriesAdded }) => seriesAdded,
};

/** With `extra_scrape_metrics`. */
const extra: Readonly<Record<string, (report: ScrapeReport) => number>> = {
  scrape_timeout_seconds: ({ timeoutSeconds }) => timeoutSeconds,
  scrape_sample_limit: ({ sampleLimit }) => sampleLimit,
  scrape_body_size_bytes: ({ bodyBytes }) => bodyBytes,
};

export class ReportSeries {
  readonly #series: { labels: Pairs; ref?: SeriesRef; read: (report: ScrapeReport) => number }[];

  constructor(targetLabels: Pairs, hasExtra: boolean) {
    const names = Object.entries({ ...always, ...(hasExtra ? extra : {}) });
    this.#series = names.map(([name, read]) => ({
      labels: toReportLabels(name, targetLabels),
      read,
    }));
  }

  get labels(): readonly Pairs[] {
    return this.#series.map(({ labels }) => labels);
  }

  write(builder: SampleBatchBuilder, timeMs: number, report: ScrapeReport): void {
    for (const series of this.#series) {
      series.ref ??= builder.series(series.labels, { type: 'gauge' });
      builder.number(series.ref, timeMs, series.read(report));
    }
  }

  writeStale(
    builder: SampleBatchBuilder,
    timeMs: number,
    isAlive: (labels: Pairs) => boolean,
  ): void {
    for (const series of this.#series) {
      if (isAlive(series.labels)) continue;
      series.ref ??= builder.series(series.labels, { type: 'gauge' });
      builder.stale(series.ref, timeMs);
    }
  }
}
