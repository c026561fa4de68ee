// `metrics`: lines and values become counters, gauges and histograms of our own.
import { parseGoDuration } from '#lib/go-time/duration.ts';
import type { MetricsStage, StageMetric } from '#pipeline/log/stage-config.ts';
import { defineStage, invalid, type StageContext, type StageEntry } from './definition.ts';
import type { StageFamily } from './stage-metrics.ts';
import { byteLength, type ExtractedValue, textOf } from './value.ts';

export const metrics = defineStage<MetricsStage>({
  kind: 'metrics',
  doc: 'Counts lines, or makes gauges and histograms of values; they are on /metrics.',
  example:
    '- metrics:\n    log_lines_total:\n      type: Counter\n      config: { match_all: true, action: inc }',
  prepare: ({ metrics: configs }) => {
    if (configs.length === 0) throw invalid('empty metric stage configuration');
    for (const config of configs) check(config);
    return (context, next) => {
      const recorders = configs.map((config) => recorderOf(config, context));
      return (entry) => {
        for (const record of recorders) record(entry);
        next(entry);
      };
    };
  },
});

const actionsByType: Readonly<Record<StageMetric['type'], readonly StageMetric['action'][]>> = {
  counter: ['inc', 'add'],
  gauge: ['set', 'inc', 'dec', 'add', 'sub'],
  histogram: ['observe'],
};

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

function check({
  name,
  prefix,
  type,
  action,
  matchesAll,
  countsBytes,
  ...config
}: StageMetric): void {
  if (!metricName.test(prefix + name)) throw invalid(`'${prefix + name}' is no metric name`);
  if (!actionsByType[type].includes(action)) {
    throw invalid(
      `a ${type} has no action '${action}': it is one of ${actionsByType[type].join(', ')}`,
    );
  }
  if (config.idleMsMax < 1000) throw invalid('max_idle_duration less than 1s not allowed');
  if (type === 'histogram' && config.buckets.length === 0) {
    throw invalid(`the histogram ${name} needs buckets`);
  }
  if (type !== 'counter') return;
  if (matchesAll && config.value !== undefined) {
    throw invalid('`match_all` and `value` cannot both be set');
  }
  if (countsBytes && (!matchesAll || action !== 'add')) {
    throw invalid('`count_entry_bytes` needs `match_all` and the action `add`');
  }
  if (matchesAll && action === 'add' && !countsBytes) {
    throw invalid('`match_all` with the action `add` needs `count_entry_bytes`');
  }
}

type Recorder = (entry: StageEntry) => void;

function recorderOf(
  config: StageMetric,
  { metrics: opened, onFailure, onStop }: StageContext,
): Recorder {
  const family = opened.open(config);
  onStop(() => family.close());
  const { type, matchesAll, countsBytes, value: wanted } = config;
  if (type === 'counter' && matchesAll) {
    return ({ labels, line }) => family.record(labels, countsBytes ? byteLength(line) : 1);
  }
  const source = config.source ?? config.name;
  return ({ labels, extracted }) => {
    const value = extracted.get(source);
    if (value === undefined) return;
    if (wanted !== undefined && textOf(value) !== wanted) return;
    if (!act(config, family, labels, value)) onFailure('metrics');
  };
}

/** False when the value is no number, or none that the metric takes. */
function act(
  { type, action }: StageMetric,
  family: StageFamily,
  labels: ReadonlyMap<string, string>,
  value: ExtractedValue,
): boolean {
  if (action === 'inc' || action === 'dec') {
    family.record(labels, action === 'inc' ? 1 : -1);
    return true;
  }
  const number = numberOf(value);
  if (number === undefined || (type === 'counter' && number < 0)) return false;
  if (action === 'set') family.set(labels, number);
  else family.record(labels, action === 'sub' ? -number : number);
  return true;
}

/** Numbers, booleans as 0 and 1, and Go durations as seconds. */
function numberOf(value: ExtractedValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === null || value.trim() !== value || value === '') return undefined;
  const number = Number(value);
  if (!Number.isNaN(number)) return number;
  const nano = parseGoDuration(value);
  return nano === undefined ? undefined : nano / 1e9;
}
