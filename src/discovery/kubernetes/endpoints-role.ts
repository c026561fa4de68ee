// `role: endpoints`: the addresses behind services.
import { hostPort } from '../host-port.ts';
import { CoveredPods } from './covered-pods.ts';
import { type LabelMap, META, putObjectLabels, putServiceLabels } from './meta-labels.ts';
import type { EndpointAddress, Endpoints } from './object.ts';
import { type Lookup, putNamespace, putNode, type Role } from './role.ts';

export const endpointsRole: Role = {
  resource: 'endpoints',
  others: ['services', 'pods'],
  prefix: 'endpoints/',
  build: (object, lookup) => {
    const endpoints = object as Endpoints;
    const { name, namespace = '' } = endpoints.metadata;
    const labels = new Map([[`${META}endpoints_name`, name]]);
    const service = lookup.service(namespace, name);
    if (service) putServiceLabels(labels, service);
    putNamespace(labels, namespace, lookup);
    putObjectLabels(labels, 'endpoints', endpoints.metadata);
    const pods = new CoveredPods();
    const targets: LabelMap[] = [];
    for (const { ports = [], addresses = [], notReadyAddresses = [] } of endpoints.subsets ?? []) {
      for (const port of ports) {
        for (const [all, ready] of [
          [addresses, 'true'],
          [notReadyAddresses, 'false'],
        ] as const) {
          for (const address of all) {
            const target = new Map([
              ['__address__', hostPort(address.ip, port.port)],
              [`${META}endpoint_port_name`, port.name ?? ''],
              [`${META}endpoint_port_protocol`, port.protocol ?? 'TCP'],
              [`${META}endpoint_ready`, ready],
            ]);
            putAddress(target, address, lookup);
            const pod = lookup.pod(address.targetRef);
            if (pod) pods.cover(target, pod, port.port);
            targets.push(target);
          }
        }
      }
    }
    return { labels, targets: [...targets, ...pods.rest()] };
  },
};

function putAddress(target: LabelMap, address: EndpointAddress, lookup: Lookup): void {
  const { targetRef, nodeName, hostname } = address;
  if (targetRef) {
    target.set(`${META}endpoint_address_target_kind`, targetRef.kind ?? '');
    target.set(`${META}endpoint_address_target_name`, targetRef.name ?? '');
  }
  if (nodeName !== undefined) target.set(`${META}endpoint_node_name`, nodeName);
  if (hostname) target.set(`${META}endpoint_hostname`, hostname);
  putNode(target, targetRef?.kind === 'Node' ? targetRef.name : nodeName, lookup);
}
