// Everything that compare() and exemplars say of a span: intrinsics and attributes, by label.
import type { Trace, TraceSpan } from '../eval/trace.ts';
import { type Value, valueOfStored } from '../eval/value.ts';
import { intrinsics } from '../intrinsic/index.ts';
import type { AttributeScope } from '../syntax/ast.ts';
import type { IntrinsicName } from '../syntax/intrinsic-name.ts';
import { single } from './field-value.ts';
import { attributeLabel, intrinsicLabel } from './label.ts';

/** Times and ids differ from span to span: they say nothing about a set of spans. */
export const comparedIntrinsics: readonly IntrinsicName[] = [
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
  for (const name of comparedIntrinsics) {
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
