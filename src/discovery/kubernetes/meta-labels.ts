// The `__meta_kubernetes_*` labels of objects.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config
import type { Container, Node, ObjectMeta, Pod, Service } from './object.ts';

export const META = '__meta_kubernetes_';

export type LabelMap = Map<string, string>;

export const sanitized = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_');

/** Labels and annotations of an object, under `__meta_kubernetes_<role>_`. */
export function putObjectLabels(map: LabelMap, role: string, metadata: ObjectMeta): void {
  for (const [kind, pairs] of [
    ['label', metadata.labels],
    ['annotation', metadata.annotations],
  ] as const) {
    for (const [name, value] of Object.entries(pairs ?? {})) {
      map.set(`${META}${role}_${kind}_${sanitized(name)}`, value);
      map.set(`${META}${role}_${kind}present_${sanitized(name)}`, 'true');
    }
  }
}

export function putServiceLabels(map: LabelMap, service: Service): void {
  map.set(`${META}namespace`, service.metadata.namespace ?? '');
  map.set(`${META}service_name`, service.metadata.name);
  putObjectLabels(map, 'service', service.metadata);
}

/** What `attach_metadata: {node: true}` adds. */
export function putNodeLabels(map: LabelMap, node: Node): void {
  map.set(`${META}node_name`, node.metadata.name);
  putObjectLabels(map, 'node', { name: '', labels: node.metadata.labels ?? {} });
}

export function putPodLabels(map: LabelMap, pod: Pod): void {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'Unknown';
  map.set(`${META}pod_name`, pod.metadata.name);
  map.set(`${META}pod_ip`, pod.status?.podIP ?? '');
  map.set(`${META}pod_ready`, ready.toLowerCase());
  map.set(`${META}pod_phase`, pod.status?.phase ?? '');
  map.set(`${META}pod_node_name`, pod.spec?.nodeName ?? '');
  map.set(`${META}pod_host_ip`, pod.status?.hostIP ?? '');
  map.set(`${META}pod_uid`, pod.metadata.uid ?? '');
  const controller = pod.metadata.ownerReferences?.find((owner) => owner.controller === true);
  if (controller?.kind) map.set(`${META}pod_controller_kind`, controller.kind);
  if (controller?.name) map.set(`${META}pod_controller_name`, controller.name);
  putObjectLabels(map, 'pod', pod.metadata);
}

export interface PodContainer extends Container {
  readonly isInit: boolean;
  readonly id: string;
}

/** All containers, those that initialise last. */
export function containersOf({ spec, status }: Pod): PodContainer[] {
  const withId = (isInit: boolean) => (container: Container) => {
    const states = isInit ? status?.initContainerStatuses : status?.containerStatuses;
    const id = states?.find(({ name }) => name === container.name)?.containerID ?? '';
    return { ...container, isInit, id };
  };
  return [
    ...(spec?.containers ?? []).map(withId(false)),
    ...(spec?.initContainers ?? []).map(withId(true)),
  ];
}

export function putContainerLabels(
  map: LabelMap,
  container: PodContainer,
  port?: { readonly containerPort: number; readonly name?: string; readonly protocol?: string },
): void {
  map.set(`${META}pod_container_name`, container.name);
  map.set(`${META}pod_container_id`, container.id);
  map.set(`${META}pod_container_image`, container.image ?? '');
  map.set(`${META}pod_container_init`, String(container.isInit));
  if (!port) return;
  map.set(`${META}pod_container_port_name`, port.name ?? '');
  map.set(`${META}pod_container_port_number`, String(port.containerPort));
  map.set(`${META}pod_container_port_protocol`, port.protocol ?? 'TCP');
}
