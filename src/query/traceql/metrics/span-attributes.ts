// What compare() counts of every span beside its attributes, and what exemplars say of theirs.
import type { Trace, TraceSpan } from '../eval/trace.ts';
import { type Value, valueOfStored } from '../eval/value.ts';
import { intrinsics } from '../intrinsic/index.ts';
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
    ...[...span.attributes].map(([name, stored]) => ({
      name: attributeLabel('span', name),
      value: single(valueOfStored(stored), false),
    })),
  ];
}
