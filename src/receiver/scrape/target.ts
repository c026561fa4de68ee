// One target: where it is, what its series are labelled with, and how its last scrape went.
import { hash64 } from '#lib/hash.ts';
import type { ScrapeConfig } from '#prometheus-config/config.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import type { TargetLabels } from './target-labels.ts';

export type TargetHealth = 'up' | 'down' | 'unknown';

export interface TargetMetadataEntry {
  readonly metric: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

export class Target {
  /** Tells targets apart: labels and address. */
  readonly key: string;
  readonly url: string;
  /** Without those that begin with `__`. */
  readonly labels: LabelPairs;
  discovered: LabelPairs;
  readonly intervalMs: number;
  readonly timeoutMs: number;

  health: TargetHealth = 'unknown';
  lastError = '';
  lastScrapeMs: number | undefined;
  lastDurationSeconds = 0;
  /** What the pages of the target say about its metrics. */
  metadata: () => readonly TargetMetadataEntry[] = () => [];
  readonly #hash: bigint;

  constructor(labels: TargetLabels, config: ScrapeConfig) {
    this.discovered = labels.discovered;
    this.labels = labels.all.filter(([name]) => !name.startsWith('__'));
    this.intervalMs = labels.intervalMs;
    this.timeoutMs = labels.timeoutMs;
    this.url = urlOf(new Map(labels.all), config.params);
    this.key = JSON.stringify([labels.all, this.url]);
    this.#hash = hash64(new TextEncoder().encode(this.key));
  }

  /** Milliseconds until its next turn: the turns of all targets are spread over the interval. */
  offsetMs(nowMs: number): number {
    const offset = Number(this.#hash % BigInt(this.intervalMs));
    const next = this.intervalMs - (nowMs % this.intervalMs) + offset;
    return next > this.intervalMs ? next - this.intervalMs : next;
  }

  report(scrapeMs: number, durationSeconds: number, error: string | undefined): void {
    this.health = error === undefined ? 'up' : 'down';
    this.lastError = error ?? '';
    this.lastScrapeMs = scrapeMs;
    this.lastDurationSeconds = durationSeconds;
  }
}

function urlOf(
  labels: ReadonlyMap<string, string>,
  given: ReadonlyMap<string, readonly string[]>,
): string {
  const params = new Map([...given].map(([name, values]) => [name, [...values]]));
  for (const [label, value] of labels) {
    if (!label.startsWith('__param_')) continue;
    const name = label.slice('__param_'.length);
    params.set(name, [value, ...(params.get(name) ?? []).slice(1)]);
  }
  const query = new URLSearchParams();
  for (const [name, values] of [...params].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const value of values) query.append(name, value);
  }
  const path = labels.get('__metrics_path__') ?? '';
  const at = `${labels.get('__scheme__')}://${labels.get('__address__')}`;
  const slash = path === '' || path.startsWith('/') ? '' : '/';
  const text = query.toString();
  return `${at}${slash}${encodeURI(path)}${text === '' ? '' : `?${text}`}`;
}
