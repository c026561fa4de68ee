// The stage `metrics`: counters, gauges and histograms out of lines.
import type { MetricsStage, StageMetric } from '#pipeline/log/stage-config.ts';
import type { Place } from '#prometheus-config/place.ts';
import type { Cursor } from '#prometheus-config/reading.ts';
import { field, placeField, placeOf, section, writtenOf } from '#prometheus-config/section.ts';
import { describe, flag, list, type Type, text } from '#prometheus-config/type.ts';
import type { YamlMap, YamlNode } from '#prometheus-config/yaml-tree.ts';
import { anyCase, goDuration, needed, number, optionalText, readOnly } from '../type.ts';

const types = ['counter', 'gauge', 'histogram'] as const;

interface WrittenConfig {
  readonly value: string | undefined;
  readonly action: string;
  readonly matchesAll: boolean;
  readonly countsBytes: boolean;
  readonly buckets: readonly number[];
}
const configSection = section<WrittenConfig>({
  value: field('value', optionalText),
  action: field(
    'action',
    readOnly('', (node, at) => text.read(node, at).toLowerCase()),
  ),
  matchesAll: field('match_all', flag),
  countsBytes: field('count_entry_bytes', flag),
  buckets: field('buckets', list(number)),
});

interface WrittenMetric {
  readonly type: StageMetric['type'];
  readonly description: string;
  readonly prefix: string | undefined;
  readonly source: string | undefined;
  readonly idleMsMax: number;
  readonly config: WrittenConfig;
  readonly place: Place;
}
const metricSection = section<WrittenMetric>({
  type: needed('type', anyCase(types, 'counter')),
  description: field('description', text),
  prefix: field('prefix', optionalText),
  source: field('source', optionalText),
  idleMsMax: field('max_idle_duration', goDuration, { fallback: 300_000 }),
  config: field('config', configSection),
  place: placeField,
});

const actions: Readonly<Record<StageMetric['type'], readonly StageMetric['action'][]>> = {
  counter: ['inc', 'add'],
  gauge: ['set', 'inc', 'dec', 'add', 'sub'],
  histogram: ['observe'],
};

/** `prefix` is that of metrics that say none. */
export const metricsType = (prefix: string): Type<MetricsStage | undefined> =>
  readOnly<MetricsStage | undefined>(undefined, (node, at) => {
    if (node.kind !== 'map') {
      at.error(node.place, `${describe(node)} is not a map of metrics`);
      return undefined;
    }
    const metrics = node.entries.flatMap(({ key, value }) => {
      const metric = readMetric(key, value, at.key(key));
      return metric ? [{ ...metric, prefix: metric.prefix || prefix }] : [];
    });
    return { kind: 'metrics', place: node.place, metrics };
  });

/** The keys of `config` may also stand beside it, as they do in Alloy. */
export function readMetric(name: string, node: YamlNode, at: Cursor): StageMetric | undefined {
  if (node.kind !== 'map') {
    at.error(node.place, `${describe(node)} is not a metric`);
    return undefined;
  }
  const { config, type, prefix, place: _, ...rest } = metricSection.read(node, at);
  const configNode = writtenOf(node).entries.get('config')?.value;
  const inConfig = at.key('config');
  const known = actions[type];
  const action = type === 'histogram' ? 'observe' : known.find((one) => one === config.action);
  const written = writtenOf(configNode?.kind === 'map' ? configNode : emptyAt(node.place));
  if (action === undefined) {
    const what = config.action === '' ? 'action is missing' : `there is no action ${config.action}`;
    inConfig.error(placeOf(written, 'action'), `${what}; a ${type} has ${known.join(', ')}`);
  }
  const isCounter = type === 'counter';
  if (isCounter && config.matchesAll && config.value !== undefined) {
    inConfig.error(placeOf(written, 'value'), 'value and match_all exclude each other');
  }
  if (isCounter && config.countsBytes && (!config.matchesAll || action !== 'add')) {
    inConfig.error(
      placeOf(written, 'count_entry_bytes'),
      'count_entry_bytes needs match_all: true and action: add',
    );
  }
  return { ...rest, ...config, type, name, prefix: prefix ?? '', action: action ?? 'inc' };
}

const emptyAt = (place: Place): YamlMap => ({ kind: 'map', entries: [], place });
