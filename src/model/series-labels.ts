// The labels of a series that came by OTLP, as the OTLP receiver of Prometheus makes them: data point
// attributes, otel_scope_*, job and instance, and what the point itself adds (le, quantile).
// Spec: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
import { attributeText } from './attribute.ts';
import { type Pairs, sortedPairs } from './canonical.ts';
import { toLabelName } from './metric-name.ts';
import { type Origin, resourceText } from './origin.ts';

/**
 * `attributes` are those of the data point, stored values, in any order; of equal keys the last
 * counts, keys that become the same label are joined with `;` in the order of the keys.
 * `extra` wins over everything. The result is sorted, without empty values.
 */
export function toSeriesLabels(attributes: Pairs, origin: Origin, extra: Pairs): Pairs {
  const labels = joinedLabels(attributes);
  for (const [name, value] of scopeLabels(origin)) labels.set(name, value);
  for (const [name, value] of targetLabels(origin)) labels.set(name, value);
  for (const [name, value] of extra) labels.set(name, value);
  return finished(labels);
}

/** `job` and `instance` of a resource: the identity of a target. */
export function targetLabels(origin: Origin): Pairs {
  const namespace = resourceText(origin, 'service.namespace');
  const service = resourceText(origin, 'service.name');
  const labels: [string, string][] = [];
  if (service !== '') labels.push(['job', namespace === '' ? service : `${namespace}/${service}`]);
  const instance = resourceText(origin, 'service.instance.id');
  if (instance !== '') labels.push(['instance', instance]);
  return labels;
}

const identifyingAttributes = new Set(['service.namespace', 'service.name', 'service.instance.id']);

/**
 * The labels of target_info: everything else that is known of the resource. Undefined when nothing
 * else is known, or nothing that tells the target from others.
 */
export function toTargetInfoLabels(origin: Origin): Pairs | undefined {
  const target = targetLabels(origin);
  const others = origin.resourceAttributes.filter(([key]) => !identifyingAttributes.has(key));
  if (target.length === 0 || others.length === 0) return undefined;
  const labels = joinedLabels(others);
  for (const [name, value] of target) labels.set(name, value);
  return finished(labels);
}

function scopeLabels(origin: Origin): Pairs {
  const labels: [string, string][] = [
    ['otel_scope_name', origin.scopeName],
    ['otel_scope_version', origin.scopeVersion],
    ['otel_scope_schema_url', origin.scopeSchemaUrl],
  ];
  for (const [key, stored] of origin.scopeAttributes) {
    labels.push([toLabelName(`otel_scope_${key}`), attributeText(stored)]);
  }
  return labels;
}

function joinedLabels(attributes: Pairs): Map<string, string> {
  const labels = new Map<string, string>();
  for (const [key, stored] of sortedPairs(attributes)) {
    const name = toLabelName(key);
    if (name === '' || name === '__name__') continue;
    const before = labels.get(name);
    const value = attributeText(stored);
    labels.set(name, before === undefined ? value : `${before};${value}`);
  }
  return labels;
}

const finished = (labels: Map<string, string>): Pairs =>
  sortedPairs([...labels].filter(([, value]) => value !== ''));
