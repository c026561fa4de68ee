// The labels of a log stream that came by OTLP: the resource attributes that Loki's OTLP endpoint
// makes labels of unless told otherwise, with underscores for dots.
// Spec: https://grafana.com/docs/loki/latest/send-data/otel/#default-labels
import { attributeText } from './attribute.ts';
import { type Pairs, sortedPairs } from './canonical.ts';

const indexedAttributes = new Map(
  [
    'service.name',
    'service.namespace',
    'service.instance.id',
    'deployment.environment',
    'deployment.environment.name',
    'cloud.region',
    'cloud.availability_zone',
    'container.name',
    'k8s.cluster.name',
    'k8s.namespace.name',
    'k8s.pod.name',
    'k8s.container.name',
    'k8s.replicaset.name',
    'k8s.deployment.name',
    'k8s.statefulset.name',
    'k8s.daemonset.name',
    'k8s.cronjob.name',
    'k8s.job.name',
  ].map((key) => [key, key.replaceAll('.', '_')]),
);

/** What Loki calls a stream of which nobody knows the service. */
export const unknownService = 'unknown_service';

/** The labels of a resource, sorted. Empty values are no labels. */
export function toStreamLabels(resourceAttributes: Pairs): Pairs {
  const labels: [string, string][] = [['service_name', unknownService]];
  for (const [key, stored] of resourceAttributes) {
    const name = indexedAttributes.get(key);
    const value = attributeText(stored);
    if (name !== undefined && value !== '') labels.push([name, value]);
  }
  return sortedPairs(labels);
}
