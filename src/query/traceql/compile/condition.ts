// A field expression as a condition on rows of otel_spans. Where SQL cannot say all of it the
// condition is weaker than the expression (it keeps every span that fits, and more), and says so;
// evaluation decides afterwards.
import {
  and,
  at,
  call,
  column,
  type Expr,
  isGlobalIn,
  lambda,
  literal,
  not,
  or,
  table,
} from '#sql/tree.ts';
import { conjunctionOf } from '../eval/conjunction.ts';
import { constantValue } from '../eval/constant.ts';
import { compare } from '../eval/value.ts';
import { intrinsics } from '../intrinsic/index.ts';
import type {
  Attribute,
  Binary,
  ComparisonOperator,
  Field,
  FieldExpr,
  StaticValue,
  Unary,
} from '../syntax/ast.ts';
import { compareIntrinsic } from './intrinsic.ts';
import { compileTogether } from './items.ts';
import { compareNumbers } from './number.ts';
import { compareStored } from './stored.ts';
import { compareTrace } from './whole-trace.ts';

export interface Condition {
  readonly expr: Expr;
  /** False where `expr` keeps more spans than the expression. */
  readonly isExact: boolean;
}

/** Rows beside those of the read that a condition may have to look at. */
export interface ReadRows {
  /** Of otel_scopes: what the spans can refer to. */
  readonly scopes: Expr;
  /** Of otel_spans: where the other spans of their traces are. */
  readonly traces: Expr;
}

const exact = (expr: Expr): Condition => ({ expr, isExact: true });
const weak = (expr: Expr): Condition => ({ expr, isExact: false });
export const always: Condition = exact(literal(true));
const unknown: Condition = weak(literal(true));

export const isAlways = (condition: Condition): boolean =>
  condition.expr.kind === 'literal' && condition.expr.value === true;

/** Of a whole filter. */
export function compileCondition(node: FieldExpr, rows: ReadRows): Condition {
  const conjunction = conjunctionOf(node);
  if (conjunction === undefined) return compileTerm(node, rows);
  const together = conjunction.together.map(({ scope, terms }) => {
    const expr = compileTogether(scope, terms);
    return expr === undefined ? unknown : exact(expr);
  });
  const plain = conjunction.plain.map((term) => compileTerm(term, rows));
  return [...plain, ...together].reduce((left, right) => join('&&', left, right));
}

function compileTerm(node: FieldExpr, rows: ReadRows): Condition {
  switch (node.kind) {
    case 'static':
      return exact(literal(node.value.type === 'bool' && node.value.value));
    case 'attribute':
      if (node.isParent) return unknown;
      return compareAttribute(node, '=', { type: 'bool', value: true }, rows, true);
    case 'intrinsic':
      return exact(literal(false));
    case 'unary':
      return compileUnary(node, rows);
    case 'existence': {
      if (node.term.kind === 'static' && node.term.value.type === 'nil')
        return exact(literal(false));
      const present = compilePresence(node.term, rows);
      return node.isPresent ? present : negate(present);
    }
    case 'binary':
      return compileBinary(node, rows);
  }
}

function compileUnary({ operator, term }: Unary, rows: ReadRows): Condition {
  if (operator === '-') return exact(literal(false));
  if (term.kind === 'attribute') {
    if (term.isParent) return unknown;
    return compareAttribute(term, '=', { type: 'bool', value: false }, rows, true);
  }
  return negate(compileTerm(term, rows));
}

const negate = (condition: Condition): Condition =>
  condition.isExact ? exact(not(condition.expr)) : unknown;

function compileBinary(node: Binary, rows: ReadRows): Condition {
  const { operator, left, right } = node;
  if (operator === '&&' || operator === '||') {
    return join(operator, compileTerm(left, rows), compileTerm(right, rows));
  }
  if ('+-*/%^'.includes(operator)) return exact(literal(false));
  return compileComparison(operator as ComparisonOperator, left, right, rows);
}

/** Both, or either; trivial sides vanish. */
export function join(operator: '&&' | '||', left: Condition, right: Condition): Condition {
  const isExact = left.isExact && right.isExact;
  if (operator === '||') {
    if (isAlways(left) || isAlways(right)) return { expr: literal(true), isExact };
    return { expr: or(...termsOf('or', left), ...termsOf('or', right)), isExact };
  }
  if (isAlways(left)) return { expr: right.expr, isExact };
  if (isAlways(right)) return { expr: left.expr, isExact };
  return { expr: and(...termsOf('and', left), ...termsOf('and', right)), isExact };
}

/** Chains become one list: the engine limits how deep a statement nests. */
const termsOf = (kind: 'and' | 'or', { expr }: Condition): readonly Expr[] =>
  expr.kind === kind ? expr.terms : [expr];

const mirrored: Partial<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function compileComparison(
  operator: ComparisonOperator,
  left: FieldExpr,
  right: FieldExpr,
  rows: ReadRows,
): Condition {
  const leftValue = constantValue(left);
  const rightValue = constantValue(right);
  if (leftValue && rightValue) return exact(literal(compare(operator, leftValue, rightValue)));
  if (rightValue && isField(left)) return compareField(left, operator, rightValue, rows);
  const mirror = mirrored[operator];
  if (leftValue && isField(right) && mirror) return compareField(right, mirror, leftValue, rows);
  const numbers = compareNumbers(operator, left, right);
  if (numbers !== undefined) return exact(numbers);
  // Both sides have to be there to compare at all.
  const present = [left, right].filter(isField).map((side) => compilePresence(side, rows));
  const both = present.reduce((all, each) => join('&&', all, each), always);
  return weak(both.isExact ? both.expr : literal(true));
}

const isField = (node: FieldExpr): node is Field =>
  node.kind === 'attribute' || node.kind === 'intrinsic';

function compareField(
  field: Field,
  operator: ComparisonOperator,
  value: StaticValue,
  rows: ReadRows,
): Condition {
  if (field.isParent) return compareParent(field, operator, value, rows);
  if (field.kind === 'attribute') return compareAttribute(field, operator, value, rows, false);
  const compared = compareIntrinsic(field.name, operator, value);
  if (compared === undefined) {
    return compareTrace(field.name, operator, value, rows.traces) ?? unknown;
  }
  return exact(compared.table === 'scope' ? inScopes(compared.expr, rows) : compared.expr);
}

/** Weaker than the comparison: any span of the trace may fit. Nothing where that is no column. */
function compareParent(
  field: Field,
  operator: ComparisonOperator,
  value: StaticValue,
  rows: ReadRows,
): Condition {
  const isColumn =
    field.kind === 'attribute'
      ? field.scope === 'span'
      : intrinsics[field.name].compile?.().table === 'span';
  if (!isColumn) return unknown;
  const own = compareField({ ...field, isParent: false }, operator, value, rows);
  return weak(
    isGlobalIn(column('trace_id'), {
      columns: [{ expr: column('trace_id') }],
      from: table('otel_spans'),
      where: and(rows.traces, own.expr),
    }),
  );
}

/** Spans whose otel_scopes row fits. */
function inScopes(condition: Expr, { scopes }: ReadRows): Expr {
  return isGlobalIn(column('scope_id'), {
    columns: [{ expr: column('scope_id') }],
    from: table('otel_scopes'),
    where: and(scopes, condition),
  });
}

/** `isScalar`: arrays do not count, the attribute itself is a boolean. */
function compareAttribute(
  { scope, name }: Attribute,
  operator: ComparisonOperator,
  value: StaticValue,
  rows: ReadRows,
  isScalar: boolean,
): Condition {
  const test = (map: Expr): Expr => {
    const stored = at(map, literal(name));
    if (!isScalar) return and(has(map, name), compareStored(stored, operator, value));
    const isTrue = value.type === 'bool' && value.value;
    return call('equals', stored, literal(`\x01${isTrue}`));
  };
  switch (scope) {
    case 'span':
      return exact(test(column('attributes')));
    case 'resource':
      return exact(inScopes(test(column('resource_attributes')), rows));
    case 'instrumentation':
      return exact(inScopes(test(column('scope_attributes')), rows));
    case 'none': {
      const absent = not(has(column('attributes'), name));
      const inherited = and(absent, inScopes(test(column('resource_attributes')), rows));
      return exact(or(test(column('attributes')), inherited));
    }
    case 'event':
    case 'link': {
      const maps = column(`${scope}_attributes`);
      const some = (positive: ComparisonOperator): Expr => {
        const stored = at(column('m'), literal(name));
        const fits = and(has(column('m'), name), compareStored(stored, positive, value));
        return call('arrayExists', lambda(['m'], fits), maps);
      };
      if (operator !== '!=' && operator !== '!~') return exact(some(operator));
      return exact(and(some(operator), not(some(operator === '!=' ? '=' : '=~'))));
    }
  }
}

const has = (map: Expr, name: string): Expr => call('mapContains', map, literal(name));

/** Spans that have a value for `node`. */
function compilePresence(node: FieldExpr, rows: ReadRows): Condition {
  if (node.kind === 'static') return always;
  if (node.kind !== 'attribute' && node.kind !== 'intrinsic') return unknown;
  if (node.isParent) return unknown;
  if (node.kind === 'intrinsic') {
    const sql = intrinsics[node.name].compile?.();
    if (sql?.isList) return exact(call('notEmpty', sql.expr));
    return sql?.present ? exact(sql.present) : always;
  }
  const { scope, name } = node;
  switch (scope) {
    case 'span':
      return exact(has(column('attributes'), name));
    case 'resource':
      return exact(inScopes(has(column('resource_attributes'), name), rows));
    case 'instrumentation':
      return exact(inScopes(has(column('scope_attributes'), name), rows));
    case 'none': {
      const inherited = inScopes(has(column('resource_attributes'), name), rows);
      return exact(or(has(column('attributes'), name), inherited));
    }
    case 'event':
    case 'link': {
      const maps = column(`${scope}_attributes`);
      return exact(call('arrayExists', lambda(['m'], has(column('m'), name)), maps));
    }
  }
}
