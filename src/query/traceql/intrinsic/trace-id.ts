// Trace ids in comparisons: with and without leading zeros they are the same id.
import type { BinaryOperator, StaticValue } from '../syntax/ast.ts';
import type { IntrinsicName } from '../syntax/intrinsic-name.ts';
import { withoutLeadingZeros } from './span.ts';

/** What the intrinsic is compared with; patterns stay as they are. */
export function toComparable(
  name: IntrinsicName,
  operator: BinaryOperator,
  value: StaticValue,
): StaticValue {
  const isId = name === 'traceId' || name === 'linkTraceId';
  if (!isId || value.type !== 'string' || operator.includes('~')) return value;
  return { type: 'string', value: withoutLeadingZeros(value.value) };
}
