// What the endpoints about scraping, configuration and administration show: implemented elsewhere,
// given by the composition root. Shapes are those of Prometheus's answers.
// https://prometheus.io/docs/prometheus/latest/querying/api/#targets
import type { Labels } from '#query/vector/value.ts';

export interface ActiveTarget {
  readonly discoveredLabels: Labels;
  readonly labels: Labels;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  readonly lastError: string;
  /** Milliseconds since 1970; undefined before the first scrape. */
  readonly lastScrapeMs: number | undefined;
  readonly lastScrapeDurationSeconds: number;
  readonly health: 'up' | 'down' | 'unknown';
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
}

export interface DroppedTarget {
  readonly discoveredLabels: Labels;
  readonly scrapePool: string;
}

export interface TargetMetadata {
  readonly target: Labels;
  readonly metric: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** What is scraped now. */
export interface ScrapeView {
  active(): readonly ActiveTarget[];
  dropped(): readonly DroppedTarget[];
  /** Names of the scrape configurations, in the order of the file. */
  pools(): readonly string[];
  /** Of every active target. */
  metadata(): readonly TargetMetadata[];
}

/** The loaded prometheus.yml. */
export interface ConfigView {
  /** As YAML, with defaults filled in; secrets are `<secret>`. */
  yaml(): string;
  /** Reads the files again. Throws InputError when the new ones are wrong: the old ones stay. */
  reload(): Promise<void>;
  readonly lastReload: { readonly isOk: boolean; readonly timeMs: number };
}
