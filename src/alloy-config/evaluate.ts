// Expressions to values. What only Alloy knows while it runs makes everything unknown that is made of it.
import { isDeepStrictEqual } from 'node:util';
import type { Place } from '#prometheus-config/place.ts';
import { type BinaryOperator, type Expression, pathOf } from './ast.ts';
import {
  type CallContext,
  EvaluationError,
  isArray,
  isCapsule,
  isObject,
  typeOf,
  unknown,
  unknownIn,
  type Value,
} from './value.ts';

/** What names stand for where the expression stands. */
export interface Scope extends CallContext {
  /** The longest beginning of the path that is something here, and how many names it takes. */
  resolve(path: readonly string[]): { readonly value: Value; readonly length: number } | undefined;
}

/** Throws EvaluationError. */
export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'array':
      return expression.items.map((item) => evaluate(item, scope));
    case 'object':
      return new Map(expression.fields.map(({ name, value }) => [name, evaluate(value, scope)]));
    case 'name':
    case 'access':
      return evaluatePath(expression, scope);
    case 'index':
      return at(
        evaluate(expression.of, scope),
        evaluate(expression.index, scope),
        expression.place,
      );
    case 'call':
      return call(expression, scope);
    case 'unary':
      return unary(expression.operator, evaluate(expression.of, scope), expression.place);
    case 'binary':
      return evaluateBinary(expression, scope);
  }
}

function evaluatePath(expression: Expression, scope: Scope): Value {
  const path = pathOf(expression);
  if (path === undefined && expression.kind === 'access') {
    return access(evaluate(expression.of, scope), expression.name, expression.place);
  }
  const names = path as string[];
  const found = scope.resolve(names);
  if (!found) {
    const message = `component "${names.join('.')}" does not exist or is out of scope`;
    throw new EvaluationError(message, expression.place);
  }
  let { value } = found;
  for (const name of names.slice(found.length)) value = access(value, name, expression.place);
  return value;
}

function access(value: Value, name: string, place: Place): Value {
  if (isUnknown(value)) return value;
  if (!isObject(value)) {
    throw new EvaluationError(`cannot access field "${name}" on ${typeOf(value)}`, place);
  }
  if (!value.has(name)) throw new EvaluationError(`field "${name}" does not exist`, place);
  return value.get(name) as Value;
}

const isUnknown = (value: Value): boolean => isCapsule(value) && value.kind === 'unknown';

function at(value: Value, index: Value, place: Place): Value {
  if (isUnknown(value)) return value;
  if (isUnknown(index)) return index;
  if (isObject(value) && typeof index === 'string') return value.get(index) ?? null;
  if (!isArray(value) || typeof index !== 'number') {
    throw new EvaluationError(`cannot index ${typeOf(value)} with ${typeOf(index)}`, place);
  }
  const dynamic = value.find((item) => isCapsule(item) && item.kind === 'targets');
  if (dynamic !== undefined) return unknown('targets, which come and go');
  const item = value[index];
  if (item === undefined) {
    throw new EvaluationError(`index ${index} is out of range of ${value.length} items`, place);
  }
  return item;
}

function call(expression: Expression & { kind: 'call' }, scope: Scope): Value {
  const callee = evaluate(expression.of, scope);
  const args = expression.args.map((arg) => evaluate(arg, scope));
  if (!isCapsule(callee) || callee.kind !== 'function') {
    throw new EvaluationError(`${typeOf(callee)} is not a function`, expression.place);
  }
  try {
    return callee.call(args, scope);
  } catch (error) {
    if (!(error instanceof EvaluationError) || error.place !== undefined) throw error;
    throw new EvaluationError(`${callee.name}: ${error.message}`, expression.place);
  }
}

function unary(operator: '!' | '-', value: Value, place: Place): Value {
  if (isUnknown(value)) return value;
  if (operator === '!' && typeof value === 'boolean') return !value;
  if (operator === '-' && typeof value === 'number') return -value;
  throw new EvaluationError(`${operator} cannot be applied to ${typeOf(value)}`, place);
}

function evaluateBinary(expression: Expression & { kind: 'binary' }, scope: Scope): Value {
  const { operator, place } = expression;
  const left = evaluate(expression.left, scope);
  if (operator === '&&' && left === false) return false;
  if (operator === '||' && left === true) return true;
  const right = evaluate(expression.right, scope);
  const lost = unknownIn(left) ?? unknownIn(right);
  if (lost !== undefined) return lost;
  const value = binary(operator, left, right);
  if (value !== undefined) return value;
  const types = `${typeOf(left)} and ${typeOf(right)}`;
  throw new EvaluationError(`${operator} cannot be applied to ${types}`, place);
}

/** Undefined: not for these. */
function binary(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  if (operator === '==') return isDeepStrictEqual(left, right);
  if (operator === '!=') return !isDeepStrictEqual(left, right);
  if (typeof left === 'number' && typeof right === 'number')
    return ofNumbers(operator, left, right);
  if (typeof left === 'string' && typeof right === 'string') return ofTexts(operator, left, right);
  const areFlags = typeof left === 'boolean' && typeof right === 'boolean';
  // What the left one decides was answered before.
  return areFlags && (operator === '&&' || operator === '||') ? right : undefined;
}

function ofNumbers(operator: BinaryOperator, left: number, right: number): Value | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/': {
      const areWhole = Number.isInteger(left) && Number.isInteger(right) && right !== 0;
      return areWhole ? Math.trunc(left / right) : left / right;
    }
    case '%':
      return left % right;
    case '^':
      return left ** right;
    default:
      return compare(operator, left, right);
  }
}

const ofTexts = (operator: BinaryOperator, left: string, right: string): Value | undefined =>
  operator === '+' ? left + right : compare(operator, left, right);

function compare<T extends string | number>(
  operator: BinaryOperator,
  left: T,
  right: T,
): boolean | undefined {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return undefined;
  }
}
