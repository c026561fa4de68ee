// `role: service`: every port of every service, by its DNS name.
import { hostPort } from '../host-port.ts';
import { META, putServiceLabels } from './meta-labels.ts';
import type { Service } from './object.ts';
import { putNamespace, type Role } from './role.ts';

export const serviceRole: Role = {
  resource: 'services',
  others: [],
  prefix: 'svc/',
  build: (object, lookup) => {
    const service = object as Service;
    const { name, namespace } = service.metadata;
    const {
      type = '',
      clusterIP = '',
      externalName = '',
      loadBalancerIP = '',
    } = service.spec ?? {};
    const labels = new Map<string, string>();
    putServiceLabels(labels, service);
    putNamespace(labels, namespace, lookup);
    const targets = (service.spec?.ports ?? []).map((port) => {
      const target = new Map([
        ['__address__', hostPort(`${name}.${namespace}.svc`, port.port)],
        [`${META}service_port_name`, port.name ?? ''],
        [`${META}service_port_number`, String(port.port)],
        [`${META}service_port_protocol`, port.protocol ?? 'TCP'],
        [`${META}service_type`, type],
      ]);
      if (type === 'ExternalName') target.set(`${META}service_external_name`, externalName);
      else target.set(`${META}service_cluster_ip`, clusterIP);
      if (type === 'LoadBalancer') target.set(`${META}service_loadbalancer_ip`, loadBalancerIP);
      return target;
    });
    return { labels, targets };
  },
};
