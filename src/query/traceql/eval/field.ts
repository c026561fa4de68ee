// A field expression on one span. What does not fit (a missing attribute, a type mismatch) makes a
// comparison false, never an error: other spans of the same query may fit.
import { intrinsics } from '../intrinsic/index.ts';
import { toComparable } from '../intrinsic/trace-id.ts';
import type {
  Attribute,
  Binary,
  BinaryOperator,
  ComparisonOperator,
  FieldExpr,
} from '../syntax/ast.ts';
import { conjunctionOf, type ItemScope } from './conjunction.ts';
import type { Trace, TraceSpan } from './trace.ts';
import {
  bool,
  calculate,
  compare,
  listOf,
  nil,
  numberOf,
  type Value,
  valueOfStored,
} from './value.ts';

export function evaluateField(node: FieldExpr, span: TraceSpan, trace: Trace): Value {
  switch (node.kind) {
    case 'static':
      return node.value;
    case 'attribute':
    case 'intrinsic': {
      const owner = node.isParent ? trace.tree.parentOf(span) : span;
      if (owner === undefined) return nil;
      if (node.kind === 'attribute') return attributeOf(node, owner);
      return intrinsics[node.name].evaluate(owner, trace);
    }
    case 'existence': {
      const { term } = node;
      // Two nils do not compare, neither equal nor unequal.
      if (term.kind === 'static' && term.value.type === 'nil') return bool(false);
      const isPresent = evaluateField(term, span, trace).type !== 'nil';
      return bool(isPresent === node.isPresent);
    }
    case 'unary': {
      const value = evaluateField(node.term, span, trace);
      if (node.operator === '!') return value.type === 'bool' ? bool(!value.value) : nil;
      return numberOf(value) === undefined ? nil : calculate('-', { type: 'int', value: 0 }, value);
    }
    case 'binary':
      return evaluateBinary(node, span, trace);
  }
}

/** Whether a whole filter keeps the span. */
export function keepsSpan(node: FieldExpr, span: TraceSpan, trace: Trace): boolean {
  const conjunction = conjunctionOf(node);
  if (conjunction === undefined) return isTrue(node, span, trace);
  const { plain, together } = conjunction;
  return (
    plain.every((term) => isTrue(term, span, trace)) &&
    together.every(({ scope, terms }) =>
      itemsOf(span, scope).some((one) => terms.every((term) => isTrue(term, one, trace))),
    )
  );
}

/** The span once for each of its events or links, with this one only. */
export function itemsOf(span: TraceSpan, scope: ItemScope): TraceSpan[] {
  return scope === 'event'
    ? span.events.map((event) => ({ ...span, events: [event] }))
    : span.links.map((link) => ({ ...span, links: [link] }));
}

export function isTrue(node: FieldExpr, span: TraceSpan, trace: Trace): boolean {
  const value = evaluateField(node, span, trace);
  return value.type === 'bool' && value.value;
}

function evaluateBinary(node: Binary, span: TraceSpan, trace: Trace): Value {
  const { operator } = node;
  if (operator === '&&') {
    return bool(isTrue(node.left, span, trace) && isTrue(node.right, span, trace));
  }
  if (operator === '||') {
    return bool(isTrue(node.left, span, trace) || isTrue(node.right, span, trace));
  }
  const left = evaluateSide(node.left, node.right, operator, span, trace);
  const right = evaluateSide(node.right, node.left, operator, span, trace);
  switch (operator) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '^':
      return calculate(operator, left, right);
    default:
      return bool(compare(operator satisfies ComparisonOperator, left, right));
  }
}

function evaluateSide(
  side: FieldExpr,
  other: FieldExpr,
  operator: BinaryOperator,
  span: TraceSpan,
  trace: Trace,
): Value {
  if (side.kind === 'static' && other.kind === 'intrinsic') {
    return toComparable(other.name, operator, side.value);
  }
  return evaluateField(side, span, trace);
}

/** Without scope: the span's, else the resource's. */
function attributeOf({ scope, name }: Attribute, span: TraceSpan): Value {
  const { origin } = span;
  switch (scope) {
    case 'none': {
      const stored = span.attributes.get(name) ?? origin.resourceAttributes.get(name);
      return stored === undefined ? nil : valueOfStored(stored);
    }
    case 'span':
      return one(span.attributes, name);
    case 'resource':
      return one(origin.resourceAttributes, name);
    case 'instrumentation':
      return one(origin.scopeAttributes, name);
    case 'event':
      return several(span.events, name);
    case 'link':
      return several(span.links, name);
  }
}

function one(attributes: ReadonlyMap<string, string>, name: string): Value {
  const stored = attributes.get(name);
  return stored === undefined ? nil : valueOfStored(stored);
}

function several(
  items: readonly { readonly attributes: ReadonlyMap<string, string> }[],
  name: string,
): Value {
  const values = items.map((item) => one(item.attributes, name));
  const flat = values.flatMap((value) => (value.type === 'array' ? value.items : [value]));
  return listOf(flat.filter((value) => value.type !== 'nil'));
}
