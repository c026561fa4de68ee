// A target as the container whose log is to be read, with the labels of its lines.
// https://grafana.com/docs/alloy/latest/reference/components/loki/loki.source.kubernetes/#arguments
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';

export interface PodContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** '' when the target does not say. */
  readonly uid: string;
  readonly labels: LabelPairs;
}

/**
 * `__pod_…__` come before `__meta_kubernetes_…`. Labels that begin with `__` stay behind; `job` is the name
 * of the source and `instance` is `namespace/pod:container` unless the target has them. Gives the name of
 * the label that is missing otherwise.
 */
export function toPodContainer(
  target: LabelPairs,
  defaultJob: string,
  own: LabelPairs,
): PodContainer | string {
  const all = new Map(target);
  const first = (name: string, meta: string): string => all.get(name) || all.get(meta) || '';
  const namespace = first('__pod_namespace__', '__meta_kubernetes_namespace');
  const pod = first('__pod_name__', '__meta_kubernetes_pod_name');
  const container = first('__pod_container_name__', '__meta_kubernetes_pod_container_name');
  const uid = first('__pod_uid__', '__meta_kubernetes_pod_uid');
  if (namespace === '') return '__meta_kubernetes_namespace';
  if (pod === '') return '__meta_kubernetes_pod_name';
  if (container === '') return '__meta_kubernetes_pod_container_name';
  const labels = new Map<string, string>([
    ['job', defaultJob],
    ['instance', `${namespace}/${pod}:${container}`],
    ...own,
    ...target.filter(([name]) => !name.startsWith('__') || name === '__tenant_id__'),
  ]);
  return { namespace, pod, container, uid, labels: [...labels] };
}
