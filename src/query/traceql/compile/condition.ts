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
import { compareNumbers } from './number.ts';
import { compareStored } from './stored.ts';

export interface Condition {
  readonly expr: Expr;
  /** False where `expr` keeps more spans than the expression. */
  readonly isExact: boolean;
}

const exact = (expr: Expr): Condition => ({ expr, isExact: true });
const weak = (expr: Expr): Condition => ({ expr, isExact: false });
export const always: Condition = exact(literal(true));
const unknown: Condition = weak(literal(true));

export const isAlways = (condition: Condition): boolean =>
  condition.expr.kind === 'literal' && condition.expr.value === true;

/** `scopeRows`: the rows of otel_scopes that the spans of the read can refer to. */
export function compileCondition(node: FieldExpr, scopeRows: Expr): Condition {
  switch (node.kind) {
    case 'static':
      return exact(literal(node.value.type === 'bool' && node.value.value));
    case 'attribute':
      return compareAttribute(node, '=', { type: 'bool', value: true }, scopeRows, true);
    case 'intrinsic':
      return exact(literal(false));
    case 'unary':
      return compileUnary(node, scopeRows);
    case 'existence': {
      if (node.term.kind === 'static' && node.term.value.type === 'nil')
        return exact(literal(false));
      const present = compilePresence(node.term, scopeRows);
      return node.isPresent ? present : negate(present);
    }
    case 'binary':
      return compileBinary(node, scopeRows);
  }
}

function compileUnary({ operator, term }: Unary, scopeRows: Expr): Condition {
  if (operator === '-') return exact(literal(false));
  if (term.kind === 'attribute') {
    return compareAttribute(term, '=', { type: 'bool', value: false }, scopeRows, true);
  }
  return negate(compileCondition(term, scopeRows));
}

const negate = (condition: Condition): Condition =>
  condition.isExact ? exact(not(condition.expr)) : unknown;

function compileBinary(node: Binary, scopeRows: Expr): Condition {
  const { operator, left, right } = node;
  if (operator === '&&' || operator === '||') {
    return join(operator, compileCondition(left, scopeRows), compileCondition(right, scopeRows));
  }
  if ('+-*/%^'.includes(operator)) return exact(literal(false));
  return compileComparison(operator as ComparisonOperator, left, right, scopeRows);
}

/** Both, or either; trivial sides vanish. */
export function join(operator: '&&' | '||', left: Condition, right: Condition): Condition {
  const isExact = left.isExact && right.isExact;
  if (operator === '||') {
    if (isAlways(left) || isAlways(right)) return { expr: literal(true), isExact };
    return { expr: or(left.expr, right.expr), isExact };
  }
  if (isAlways(left)) return { expr: right.expr, isExact };
  if (isAlways(right)) return { expr: left.expr, isExact };
  return { expr: and(left.expr, right.expr), isExact };
}

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
  scopeRows: Expr,
): Condition {
  const leftValue = constantValue(left);
  const rightValue = constantValue(right);
  if (leftValue && rightValue) return exact(literal(compare(operator, leftValue, rightValue)));
  if (rightValue && isField(left)) return compareField(left, operator, rightValue, scopeRows);
  const mirror = mirrored[operator];
  if (leftValue && isField(right) && mirror)
    return compareField(right, mirror, leftValue, scopeRows);
  const numbers = compareNumbers(operator, left, right);
  if (numbers !== undefined) return exact(numbers);
  // Both sides have to be there to compare at all.
  const present = [left, right].filter(isField).map((side) => compilePresence(side, scopeRows));
  const both = present.reduce((all, each) => join('&&', all, each), always);
  return weak(both.isExact ? both.expr : literal(true));
}

const isField = (node: FieldExpr): node is Field =>
  node.kind === 'attribute' || node.kind === 'intrinsic';

function compareField(
  field: Field,
  operator: ComparisonOperator,
  value: StaticValue,
  scopeRows: Expr,
): Condition {
  if (field.kind === 'attribute') return compareAttribute(field, operator, value, scopeRows, false);
  const compared = compareIntrinsic(field.name, operator, value);
  if (compared === undefined) return unknown;
  return exact(compared.table === 'scope' ? inScopes(compared.expr, scopeRows) : compared.expr);
}

/** Spans whose otel_scopes row fits. */
function inScopes(condition: Expr, scopeRows: Expr): Expr {
  return isGlobalIn(column('scope_id'), {
    columns: [{ expr: column('scope_id') }],
    from: table('otel_scopes'),
    where: and(scopeRows, condition),
  });
}

/** `isScalar`: arrays do not count, the attribute itself is a boolean. */
function compareAttribute(
  { scope, name }: Attribute,
  operator: ComparisonOperator,
  value: StaticValue,
  scopeRows: Expr,
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
      return exact(inScopes(test(column('resource_attributes')), scopeRows));
    case 'instrumentation':
      return exact(inScopes(test(column('scope_attributes')), scopeRows));
    case 'none': {
      const absent = not(has(column('attributes'), name));
      const inherited = and(absent, inScopes(test(column('resource_attributes')), scopeRows));
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
function compilePresence(node: FieldExpr, scopeRows: Expr): Condition {
  if (node.kind === 'static') return always;
  if (node.kind !== 'attribute') {
    if (node.kind !== 'intrinsic') return unknown;
    const sql = intrinsics[node.name].compile?.();
    if (sql?.isList) return exact(call('notEmpty', sql.expr));
    return sql?.present ? exact(sql.present) : always;
  }
  const { scope, name } = node;
  switch (scope) {
    case 'span':
      return exact(has(column('attributes'), name));
    case 'resource':
      return exact(inScopes(has(column('resource_attributes'), name), scopeRows));
    case 'instrumentation':
      return exact(inScopes(has(column('scope_attributes'), name), scopeRows));
    case 'none': {
      const inherited = inScopes(has(column('resource_attributes'), name), scopeRows);
      return exact(or(has(column('attributes'), name), inherited));
    }
    case 'event':
    case 'link': {
      const maps = column(`${scope}_attributes`);
      return exact(call('arrayExists', lambda(['m'], has(column('m'), name)), maps));
    }
  }
}
