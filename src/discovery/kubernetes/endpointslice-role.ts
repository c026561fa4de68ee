// `role: endpointslice`: the addresses behind services, in the form that replaces Endpoints.
import { hostPort } from '../host-port.ts';
import { CoveredPods } from './covered-pods.ts';
import {
  type LabelMap,
  META,
  putObjectLabels,
  putServiceLabels,
  sanitized,
} from './meta-labels.ts';
import type { EndpointSlice, SliceEndpoint, SlicePort } from './object.ts';
import { type Lookup, putNamespace, putNode, type Role } from './role.ts';

const OWNER = 'kubernetes.io/service-name';
const SLICE = `${META}endpointslice_`;

export const endpointsliceRole: Role = {
  resource: 'endpointslices',
  others: ['services', 'pods'],
  prefix: 'endpointslice/',
  build: (object, lookup) => {
    const slice = object as EndpointSlice;
    const { name, namespace = '', labels: own } = slice.metadata;
    const labels = new Map([
      [`${SLICE}name`, name],
      [`${SLICE}address_type`, slice.addressType ?? ''],
    ]);
    const owner = own?.[OWNER];
    const service = owner === undefined ? undefined : lookup.service(namespace, owner);
    if (service) putServiceLabels(labels, service);
    putNamespace(labels, namespace, lookup);
    putObjectLabels(labels, 'endpointslice', slice.metadata);
    const pods = new CoveredPods();
    const targets: LabelMap[] = [];
    for (const endpoint of slice.endpoints ?? []) {
      for (const port of slice.ports ?? []) {
        for (const address of endpoint.addresses ?? []) {
          const target = targetOf(address, port);
          putEndpoint(target, endpoint, lookup);
          const pod = lookup.pod(endpoint.targetRef);
          if (pod) pods.cover(target, pod, port.port);
          targets.push(target);
        }
      }
    }
    return { labels, targets: [...targets, ...pods.rest()] };
  },
};

function targetOf(address: string, { port, name, protocol, appProtocol }: SlicePort): LabelMap {
  const target = new Map([['__address__', port === undefined ? address : hostPort(address, port)]]);
  if (name !== undefined) target.set(`${SLICE}port_name`, name);
  if (protocol !== undefined) target.set(`${SLICE}port_protocol`, protocol);
  if (port !== undefined) target.set(`${SLICE}port`, String(port));
  if (appProtocol !== undefined) target.set(`${SLICE}port_app_protocol`, appProtocol);
  return target;
}

function putEndpoint(target: LabelMap, endpoint: SliceEndpoint, lookup: Lookup): void {
  const { conditions = {}, hostname, nodeName, zone, targetRef } = endpoint;
  for (const state of ['ready', 'serving', 'terminating'] as const) {
    const value = conditions[state];
    if (typeof value === 'boolean') {
      target.set(`${SLICE}endpoint_conditions_${state}`, String(value));
    }
  }
  if (hostname !== undefined) target.set(`${SLICE}endpoint_hostname`, hostname);
  if (nodeName !== undefined) target.set(`${SLICE}endpoint_node_name`, nodeName);
  if (zone !== undefined) target.set(`${SLICE}endpoint_zone`, zone);
  if (targetRef) {
    target.set(`${SLICE}address_target_kind`, targetRef.kind ?? '');
    target.set(`${SLICE}address_target_name`, targetRef.name ?? '');
  }
  for (const [name, value] of Object.entries(endpoint.deprecatedTopology ?? {})) {
    target.set(`${SLICE}endpoint_topology_${sanitized(name)}`, value);
    target.set(`${SLICE}endpoint_topology_present_${sanitized(name)}`, 'true');
  }
  putNode(target, targetRef?.kind === 'Node' ? targetRef.name : nodeName, lookup);
}
