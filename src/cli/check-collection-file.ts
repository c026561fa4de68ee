// What `sightline check-config` looks at in files that say which log lines are collected: Promtail's and
// Alloy's, as the program looks at them before it runs them.
import { statSync } from 'node:fs';
import { type AlloyText, parseAlloyConfig, readAlloyTexts } from '#alloy-config/load.ts';
import { checkLogGraph } from '#compose/log-graph-check.ts';
import { logStageTools } from '#compose/log-stage-tools.ts';
import { messageOf } from '#lib/errors.ts';
import type { LogCollectionConfig } from '#pipeline/log/collection-config.ts';
import type { Problem } from '#prometheus-config/place.ts';
import type { YamlNode } from '#prometheus-config/yaml-tree.ts';
import { promtailTreeIn } from '#promtail-config/config-map.ts';
import { parsePromtailConfig } from '#promtail-config/load.ts';
import type { CheckFlags } from './check-config.ts';

interface Found {
  readonly summary: string;
  readonly problems: readonly Problem[];
}

/** An Alloy file by its name, or a folder. */
export function isAlloyPath(path: string): boolean {
  if (path.endsWith('.alloy')) return true;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

export function checkAlloy(path: string, { env }: CheckFlags): Found {
  let texts: readonly AlloyText[];
  try {
    texts = readAlloyTexts(path);
  } catch (error) {
    const place = { file: path, line: 1, column: 1 };
    return {
      summary: '',
      problems: [{ severity: 'error', place, path: '', message: messageOf(error) }],
    };
  }
  const { config, problems } = parseAlloyConfig(texts, { env });
  return withGraph(config, problems);
}

const promtailKeys = new Set(
  'server client clients positions limits_config target_config wal options'.split(' '),
);
const promtailJobKeys = new Set(
  (
    'pipeline_stages journal syslog loki_push_api windows_events kafka gelf cloudflare gcplog ' +
    'azure_event_hub azure_event_hubs heroku_drain encoding decompression consulagent_sd_configs'
  ).split(' '),
);

/** By keys that no other file with `scrape_configs` has; in a ConfigMap, too. */
export function isPromtail(whole: YamlNode | undefined): boolean {
  const tree = whole && promtailTreeIn(whole, { text: '', file: '', problems: [] });
  if (tree?.kind !== 'map') return false;
  // Of Grafana's Agent: the reader of Promtail's says what to do with it.
  if (tree.entries.some(({ key }) => key === 'logs')) return true;
  const jobs = tree.entries.find(({ key }) => key === 'scrape_configs')?.value;
  if (!jobs) return false;
  if (tree.entries.some(({ key }) => promtailKeys.has(key))) return true;
  if (jobs.kind !== 'list') return false;
  return jobs.items.some(
    (job) => job.kind === 'map' && job.entries.some(({ key }) => promtailJobKeys.has(key)),
  );
}

export function checkPromtail(text: string, file: string, { env, isStrict }: CheckFlags): Found {
  const { config, problems } = parsePromtailConfig(text, { file, env, isStrict });
  return withGraph(config, problems);
}

function withGraph(config: LogCollectionConfig | undefined, problems: readonly Problem[]): Found {
  if (!config) return { summary: '', problems };
  const ofGraph = checkLogGraph(config, logStageTools);
  const { sources, nodes } = config;
  const summary = `${sources.length} sources of log lines, ${nodes.length} nodes`;
  return { summary, problems: [...problems, ...ofGraph] };
}
