// `role: pod`: every port of every container; a container without ports is one target.
import { hostPort } from '../host-port.ts';
import { containersOf, putContainerLabels, putPodLabels } from './meta-labels.ts';
import type { Pod } from './object.ts';
import { putNamespace, putNode, type Role } from './role.ts';

export const podRole: Role = {
  resource: 'pods',
  others: [],
  prefix: 'pod/',
  build: (object, lookup) => {
    const pod = object as Pod;
    const ip = pod.status?.podIP ?? '';
    // Not there yet, or evicted.
    if (ip === '') return undefined;
    const labels = new Map<string, string>();
    putPodLabels(labels, pod);
    putNamespace(labels, pod.metadata.namespace, lookup);
    putNode(labels, pod.spec?.nodeName, lookup);
    const targets = containersOf(pod).flatMap((container) => {
      const ports = container.ports?.length ? container.ports : [undefined];
      return ports.map((port) => {
        const target = new Map([['__address__', port ? hostPort(ip, port.containerPort) : ip]]);
        putContainerLabels(target, container, port);
        return target;
      });
    });
    return { labels, targets };
  },
};
