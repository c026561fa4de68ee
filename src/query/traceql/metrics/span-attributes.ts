// Everything that compare() and exemplars say of a span: intrinsics and attributes, by label.
import type { Trace, TraceSpan } from '../eval/trace.ts';
import { nil, type Value, valueOfStored } from '../eval/value.ts';
import { intrinsics } from '../intrinsic/index.ts';
import type { AttributeScope } from '../syntax/ast.ts';
import type { IntrinsicName } from '../syntax/intrinsic-name.ts';
import { single } from './field-value.ts';
import { attributeLabel, intrinsicLabel } from './label.ts';

/** Times and ids differ from span to span: they say nothing about a set of spans. */
const compared: readonly IntrinsicName[] = [
  'name',
  'kind',
  'status',
  'statusMessage',
  'rootName',
  'rootServiceName',
  'instrumentationName',
  'instrumentationVersion',
];

export function* comparedAttributes(
  span: TraceSpan,
  trace: Trace,
): Generator<readonly [label: string, value: Value]> {
  for (const name of compared) {
    yield [intrinsicLabel(name), intrinsics[name].evaluate(span, trace)];
  }
  const { resourceAttributes, scopeAttributes } = span.origin;
  yield* labelled('resource', resourceAttributes);
  yield* labelled('instrumentation', scopeAttributes);
  yield* labelled('span', span.attributes);
}

function* labelled(
  scope: AttributeScope,
  attributes: ReadonlyMap<string, string>,
): Generator<readonly [label: string, value: Value]> {
  for (const [name, stored] of attributes) {
    yield [attributeLabel(scope, name), single(valueOfStored(stored), false)];
  }
}

/** Attributes that have columns of their own in Tempo's blocks. */
const resourceColumns = [
  'cluster',
  'namespace',
  'pod',
  'container',
  'k8s.cluster.name',
  'k8s.namespace.name',
  'k8s.pod.name',
  'k8s.container.name',
];
const spanColumns = [
  'http.method',
  'http.request.method',
  'http.route',
  'http.status_code',
  'http.url',
  'server.address',
  'url.path',
  'url.route',
];

/**
 * What Tempo adds for its columns: their missing values, and the service a second time where the
 * query asks for it. Strict mode answers so too.
 */
export function* columnAttributes(
  span: TraceSpan,
  isServiceAsked: boolean,
): Generator<readonly [label: string, value: Value]> {
  const { resourceAttributes } = span.origin;
  for (const name of resourceColumns) {
    if (!resourceAttributes.has(name)) yield [attributeLabel('resource', name), nil];
  }
  for (const name of spanColumns) {
    if (!span.attributes.has(name)) yield [attributeLabel('span', name), nil];
  }
  const service = resourceAttributes.get('service.name');
  if (isServiceAsked && service !== undefined) {
    yield ['resource.service.name', valueOfStored(service)];
  }
}

/** What an exemplar says: where it is and what it is, with the attributes that were read. */
export function exemplarAttributes(
  span: TraceSpan,
  trace: Trace,
): { name: string; value: Value }[] {
  const named: readonly IntrinsicName[] = ['traceId', 'id', 'name', 'kind', 'status', 'duration'];
  const service = span.origin.resourceAttributes.get('service.name');
  return [
    ...named.map((name) => ({
      name: intrinsicLabel(name),
      value: intrinsics[name].evaluate(span, trace),
    })),
    ...(service === undefined
      ? []
      : [{ name: 'resource.service.name', value: valueOfStored(service) }]),
    ...[...labelled('span', span.attributes)].map(([name, value]) => ({ name, value })),
  ];
}
