// From the labels on a page to those that are stored: the target's labels, relabelling, limits.
import { relabel } from '#discovery/relabel.ts';
import { InputError } from '#lib/errors.ts';
import type { Pairs } from '#model/canonical.ts';
import type { ScrapeConfig } from '#prometheus-config/config.ts';
import { isLabelName, isMetricName } from '#prometheus-config/name.ts';

export type LabelRules = Pick<
  ScrapeConfig,
  | 'honorLabels'
  | 'metricRelabelConfigs'
  | 'metricNameValidation'
  | 'labelLimit'
  | 'labelNameLengthLimit'
  | 'labelValueLengthLimit'
>;

/** The labels as stored; undefined when relabelling drops the series. Throws InputError. */
export function toStoredLabels(shown: Pairs, target: Pairs, rules: LabelRules): Pairs | undefined {
  const joined =
    mergeSorted(shown, target) ??
    (rules.honorLabels ? joinHonored(shown, target) : joinOverridden(shown, target));
  const labels = relabel(joined, rules.metricRelabelConfigs);
  if (labels === undefined || labels.length === 0) return undefined;
  checkNames(labels, rules);
  checkLimits(labels, rules);
  return labels;
}

/** Both are sorted; undefined when they have a name in common. */
function mergeSorted(shown: Pairs, target: Pairs): Pairs | undefined {
  const merged: (readonly [string, string])[] = [];
  let at = 0;
  for (const pair of shown) {
    for (; at < target.length; at++) {
      const other = target[at] as readonly [string, string];
      if (other[0] > pair[0]) break;
      if (other[0] === pair[0]) return undefined;
      merged.push(other);
    }
    merged.push(pair);
  }
  for (; at < target.length; at++) merged.push(target[at] as readonly [string, string]);
  return merged;
}

function joinHonored(shown: Pairs, target: Pairs): Pairs {
  const labels = new Map(target);
  for (const [name, value] of shown) labels.set(name, value);
  return sorted(labels);
}

/** A label that the target has, too, is kept as `exported_` and its name. */
function joinOverridden(shown: Pairs, target: Pairs): Pairs {
  const labels = new Map(shown);
  const conflicts: [string, string][] = [];
  for (const [name, value] of target) {
    const before = labels.get(name);
    if (before !== undefined) conflicts.push([name, before]);
    labels.set(name, value);
  }
  conflicts.sort(([a], [b]) => a.length - b.length);
  for (const [conflict, value] of conflicts) {
    let name = `exported_${conflict}`;
    while (labels.has(name)) name = `exported_${name}`;
    labels.set(name, value);
  }
  return sorted(labels);
}

/** Of the series that a scrape makes itself. */
export const toReportLabels = (name: string, target: Pairs): Pairs =>
  sorted(new Map([...target, ['__name__', name]]));

const sorted = (labels: ReadonlyMap<string, string>): Pairs =>
  [...labels].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

function checkNames(labels: Pairs, { metricNameValidation }: LabelRules): void {
  const name = labels.find(([label]) => label === '__name__')?.[1];
  if (name === undefined) {
    throw new InputError('scrape_labels', 'missing metric name (__name__ label)');
  }
  const isValid =
    isMetricName(name, metricNameValidation) &&
    labels.every(([label]) => isLabelName(label, metricNameValidation));
  if (isValid) return;
  const shown = labels.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', ');
  throw new InputError('scrape_labels', `invalid metric name or label names: {${shown}}`, {
    hint: 'metric_name_validation_scheme of the job says which names are valid.',
  });
}

function checkLimits(labels: Pairs, rules: LabelRules): void {
  const { labelLimit, labelNameLengthLimit, labelValueLengthLimit } = rules;
  if (labelLimit === 0 && labelNameLengthLimit === 0 && labelValueLengthLimit === 0) return;
  const metric = (labels.find(([name]) => name === '__name__')?.[1] ?? '').slice(0, 50);
  if (labelLimit > 0 && labels.length > labelLimit) {
    throw limitError('label_limit', metric, `number of labels: ${labels.length}`, labelLimit);
  }
  for (const [name, value] of labels) {
    const nameLength = Buffer.byteLength(name);
    const label = `label name: ${name.slice(0, 50)}`;
    if (labelNameLengthLimit > 0 && nameLength > labelNameLengthLimit) {
      const what = `${label}, length: ${nameLength}`;
      throw limitError('label_name_length_limit', metric, what, labelNameLengthLimit);
    }
    const valueLength = Buffer.byteLength(value);
    if (labelValueLengthLimit > 0 && valueLength > labelValueLengthLimit) {
      const what = `${label}, value: ${JSON.stringify(value.slice(0, 50))}, length: ${valueLength}`;
      throw limitError('label_value_length_limit', metric, what, labelValueLengthLimit);
    }
  }
}

const limitError = (key: string, metric: string, what: string, limit: number): InputError =>
  new InputError('scrape_limit', `${key} exceeded (metric: ${metric}, ${what}, limit: ${limit})`);
