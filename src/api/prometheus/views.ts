// What the endpoints about scraping, configuration and administration show: implemented elsewhere,
// given by the composition root. Shapes are those of Prometheus's answers.
// https://prometheus.io/docs/prometheus/latest/querying/api/#targets
import type { Matcher } from '#query/promql/syntax/ast.ts';
import type { Labels } from '#query/vector/value.ts';
import type { RuleView } from '#rule/view.ts';

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
  /** `global.external_labels`. */
  externalLabels(): Labels;
  readonly lastReload: { readonly isOk: boolean; readonly timeMs: number };
}

/** What a snapshot or a deletion of series is done by. */
export interface TsdbAdmin {
  /** Deletes the samples from one time to another, both included, of all series that match. */
  deleteSeries(request: {
    readonly tenant: string;
    readonly selectors: readonly (readonly Matcher[])[];
    readonly fromMs: number;
    readonly toMs: number;
    readonly signal?: AbortSignal;
  }): Promise<void>;
  /** Keeps the files of this moment under a name. */
  snapshot(name: string): Promise<void>;
}

/** Filled in by whoever has them: what is not there has nothing to show. Read at each request. */
export interface PrometheusViews {
  scrape?: ScrapeView;
  config?: ConfigView;
  /** Reads all files again that may be; by default that of `config`. Throws as it does. */
  reload?: () => Promise<void>;
  rules?: RuleView;
}
