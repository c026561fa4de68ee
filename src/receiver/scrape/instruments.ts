// Our own counts of scraping, under Prometheus's names where it has one.
import type { Meter } from '#internal-telemetry/meter.ts';
import type { PageCounts } from './page-intake.ts';

export interface ScrapeInstruments {
  scraped(counts: PageCounts, isFailed: boolean): void;
  readonly failedTargets: (count: number) => void;
  readonly exceededTargetLimit: () => void;
}

export function createScrapeInstruments(meter: Meter): ScrapeInstruments {
  const samples = meter.counter(
    'sightline_scrape_samples_total',
    'Samples on the pages of targets.',
  );
  const failed = meter.counter('sightline_scrape_failed_total', 'Scrapes after which up is 0.');
  const outOfOrder = meter.counter(
    'prometheus_target_scrapes_sample_out_of_order_total',
    'Samples on pages that are older than one that was there before.',
  );
  const outOfBounds = meter.counter(
    'prometheus_target_scrapes_sample_out_of_bounds_total',
    'Samples on pages that are too old or too far ahead.',
  );
  const duplicates = meter.counter(
    'prometheus_target_scrapes_sample_duplicate_timestamp_total',
    'Samples on pages whose series was on the same page before.',
  );
  const failedTargets = meter.counter(
    'prometheus_target_sync_failed_total',
    'Discovered targets that make none: no address, or a wrong interval or timeout.',
  );
  const exceeded = meter.counter(
    'prometheus_target_scrape_pool_exceeded_target_limit_total',
    'Times that a job had more targets than its target_limit.',
  );
  return {
    scraped(counts, isFailed) {
      samples.add(counts.scraped);
      if (isFailed) failed.add(1);
      if (counts.outOfOrder > 0) outOfOrder.add(counts.outOfOrder);
      if (counts.outOfBounds > 0) outOfBounds.add(counts.outOfBounds);
      if (counts.duplicates > 0) duplicates.add(counts.duplicates);
    },
    failedTargets: (count) => failedTargets.add(count),
    exceededTargetLimit: () => exceeded.add(1),
  };
}
