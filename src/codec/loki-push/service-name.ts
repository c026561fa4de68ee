// The label `service_name` of a stream that was pushed without one.
// https://grafana.com/docs/loki/latest/get-started/labels/#default-labels-for-all-users
import { type Pairs, sortedPairs } from '#model/canonical.ts';
import { unknownService } from '#model/stream-labels.ts';

export const serviceNameSources = [
  'service',
  'app',
  'application',
  'app_name',
  'name',
  'app_kubernetes_io_name',
  'container',
  'container_name',
  'k8s_container_name',
  'component',
  'workload',
  'job',
  'k8s_job_name',
];

export function withServiceName(labels: Pairs): Pairs {
  const byName = new Map(labels);
  if (byName.has('service_name')) return labels;
  const source = serviceNameSources.find((name) => byName.has(name));
  const value = source === undefined ? unknownService : (byName.get(source) as string);
  return sortedPairs([...labels, ['service_name', value]]);
}
