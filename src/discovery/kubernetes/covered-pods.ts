// Targets of endpoints that are pods: their labels, and the ports of theirs that no service names.
import { hostPort } from '../host-port.ts';
import { containersOf, type LabelMap, putContainerLabels, putPodLabels } from './meta-labels.ts';
import { keyOf, type Pod } from './object.ts';

export class CoveredPods {
  readonly #pods = new Map<string, { readonly pod: Pod; readonly ports: Set<number> }>();

  /** Adds the labels of the pod, and of its container with that port, to a target. */
  cover(target: LabelMap, pod: Pod, port: number | undefined): void {
    const key = keyOf(pod);
    const covered = this.#pods.get(key) ?? { pod, ports: new Set<number>() };
    this.#pods.set(key, covered);
    putPodLabels(target, pod);
    if (port === undefined) return;
    covered.ports.add(port);
    for (const container of containersOf(pod)) {
      const own = container.ports?.find(({ containerPort }) => containerPort === port);
      if (own) putContainerLabels(target, container, own);
    }
  }

  /** One target for each port of these pods that was not covered. */
  rest(): LabelMap[] {
    return [...this.#pods.values()].flatMap(({ pod, ports }) => {
      const ip = pod.status?.podIP ?? '';
      if (ip === '') return [];
      return containersOf(pod).flatMap((container) =>
        (container.ports ?? [])
          .filter(({ containerPort }) => !ports.has(containerPort))
          .map((port) => {
            const target = new Map([['__address__', hostPort(ip, port.containerPort)]]);
            putPodLabels(target, pod);
            putContainerLabels(target, container, port);
            return target;
          }),
      );
    });
  }
}
