// From discovered labels to the labels and the address of a target, as Prometheus does it.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
import { relabel, toPairs } from '#discovery/relabel.ts';
import type { ScrapeConfig } from '#prometheus-config/config.ts';
import { formatPrometheusDuration, parsePrometheusDuration } from '#prometheus-config/quantity.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';

export interface TargetLabels {
  readonly kind: 'target';
  readonly discovered: LabelPairs;
  /** With those that begin with `__`, but for `__meta_`. */
  readonly all: LabelPairs;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export type LabelledTarget =
  | TargetLabels
  | { readonly kind: 'dropped'; readonly discovered: LabelPairs }
  | { readonly kind: 'wrong'; readonly discovered: LabelPairs; readonly problem: string };

/** `found` are the labels of a target of a group, the group's own below them. */
export function labelTarget(found: LabelPairs, config: ScrapeConfig): LabelledTarget {
  const discovered = toPairs(withDefaults(found, config));
  const relabelled = relabel(discovered, config.relabelConfigs);
  if (relabelled === undefined) return { kind: 'dropped', discovered };
  const labels = new Map(relabelled);
  const problem = problemOf(labels);
  if (problem !== undefined) return { kind: 'wrong', discovered, problem };
  const intervalMs = parsePrometheusDuration(labels.get('__scrape_interval__') ?? '') as number;
  const timeoutMs = parsePrometheusDuration(labels.get('__scrape_timeout__') ?? '') as number;
  for (const name of labels.keys()) if (name.startsWith('__meta_')) labels.delete(name);
  if (!labels.get('instance')) labels.set('instance', labels.get('__address__') as string);
  return { kind: 'target', discovered, all: toPairs(labels), intervalMs, timeoutMs };
}

function withDefaults(found: LabelPairs, config: ScrapeConfig): Map<string, string> {
  const labels = new Map(found);
  const defaults = {
    job: config.jobName,
    __scrape_interval__: formatPrometheusDuration(config.scrapeIntervalMs),
    __scrape_timeout__: formatPrometheusDuration(config.scrapeTimeoutMs),
    __metrics_path__: config.metricsPath,
    __scheme__: config.scheme,
  };
  for (const [name, value] of Object.entries(defaults)) {
    if (!labels.get(name)) labels.set(name, value);
  }
  for (const [name, [value]] of config.params) {
    if (value !== undefined) labels.set(`__param_${name}`, value);
  }
  return labels;
}

function problemOf(labels: ReadonlyMap<string, string>): string | undefined {
  const address = labels.get('__address__') ?? '';
  if (address === '') return 'no address';
  if (address.includes('/')) return `"${address}" is not a valid hostname`;
  const scheme = labels.get('__scheme__') ?? '';
  if (scheme !== 'http' && scheme !== 'https') return `invalid scheme: "${scheme}"`;
  const interval = labels.get('__scrape_interval__') ?? '';
  const timeout = labels.get('__scrape_timeout__') ?? '';
  const intervalMs = parsePrometheusDuration(interval);
  const timeoutMs = parsePrometheusDuration(timeout);
  if (intervalMs === undefined) return `scrape interval "${interval}" is no duration`;
  if (timeoutMs === undefined) return `scrape timeout "${timeout}" is no duration`;
  if (intervalMs === 0) return 'scrape interval cannot be 0';
  if (timeoutMs === 0) return 'scrape timeout cannot be 0';
  if (timeoutMs > intervalMs) {
    return `scrape timeout cannot be greater than scrape interval ("${timeout}" > "${interval}")`;
  }
  return undefined;
}
