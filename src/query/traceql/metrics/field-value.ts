// Fields of spans as metrics see them: one value to group by, one number to compute with.
import { evaluateField } from '../eval/field.ts';
import type { Trace, TraceSpan } from '../eval/trace.ts';
import { nil, numberOf, type Value } from '../eval/value.ts';
import type { FieldExpr } from '../syntax/ast.ts';

/** Of events and links the first has a say; a list of one is its element, other lists are nothing. */
export function groupValue(field: FieldExpr, span: TraceSpan, trace: Trace): Value {
  return single(evaluateField(field, span, trace), isOfItems(field));
}

/** Undefined where the field is missing or no number. */
export function measuredValue(
  field: FieldExpr,
  span: TraceSpan,
  trace: Trace,
): { readonly value: Value; readonly number: number } | undefined {
  const value = groupValue(field, span, trace);
  const number = numberOf(value);
  if (number === undefined || Number.isNaN(number)) return undefined;
  return { value, number: Number(number) };
}

export function single(value: Value, takesFirst: boolean): Value {
  if (value.type !== 'array') return value;
  const [first] = value.items;
  return first && (takesFirst || value.items.length === 1) ? single(first, takesFirst) : nil;
}

/** Whether the field has a value for each event or link. */
function isOfItems(field: FieldExpr): boolean {
  if (field.kind === 'attribute') return field.scope === 'event' || field.scope === 'link';
  return field.kind === 'intrinsic' && /^(event|link)/.test(field.name);
}
