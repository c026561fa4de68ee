// Syntax tree in, checked query out: every operand has a type that its place takes, every function is
// known, every selector selects something definite. Throws InputError at the first breach, worded as
// Prometheus words it. Durations that depend on the query's step are checked when it is known.
import { InputError, type TextSpan } from '#lib/errors.ts';
import { METRIC_NAME } from '#query/vector/label.ts';
import { isComparison } from '#query/vector/operation.ts';
import { functions } from '../function/index.ts';
import type { Aggregation, Binary, Call, Expr, Subquery, VectorSelector } from '../syntax/ast.ts';
import { lineAndColumn } from '../syntax/parse-error.ts';
import { durationMs, positiveDurationMs } from './duration.ts';
import { allMatchers, compileMatcher } from './matcher.ts';
import { typeNames, type ValueType } from './type.ts';

export interface CheckedQuery {
  readonly text: string;
  readonly root: Expr;
  readonly type: ValueType;
}

type Code = 'promql_type' | 'promql_selector' | 'promql_duration';

export function check(root: Expr, text: string): CheckedQuery {
  return { text, root, type: new Checker(text).typeOf(root) };
}

/** An error at a place in the query text, with `line:column` in front. */
export function queryError(
  text: string,
  { code, span, what }: { code: string; span: TextSpan; what: string },
): InputError {
  return new InputError(code, `${lineAndColumn(text, span.from)}: parse error: ${what}`, { span });
}

class Checker {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  typeOf(expr: Expr): ValueType {
    switch (expr.kind) {
      case 'number':
        return 'scalar';
      case 'string':
        return 'string';
      case 'paren':
        return this.typeOf(expr.expr);
      case 'vector-selector':
        this.#checkSelector(expr);
        return 'vector';
      case 'matrix-selector':
        this.#checkSelector(expr.selector);
        positiveDurationMs(expr.range, undefined, this.#durationFailure);
        return 'matrix';
      case 'subquery':
        return this.#checkSubquery(expr);
      case 'unary': {
        const type = this.typeOf(expr.expr);
        if (type === 'scalar' || type === 'vector') return type;
        throw this.#fail(
          expr.span,
          `unary expression only allowed on expressions of type scalar or instant vector, got "${typeNames[type]}"`,
        );
      }
      case 'aggregation':
        return this.#checkAggregation(expr);
      case 'call':
        return this.#checkCall(expr);
      case 'binary':
        return this.#checkBinary(expr);
    }
  }

  #checkSelector(selector: VectorSelector, mayBeEmpty = false): void {
    const { name, matchers, span, offset } = selector;
    const second = name === '' ? undefined : matchers.find(({ label }) => label === METRIC_NAME);
    if (second) {
      const what = `metric name must not be set twice: "${name}" or "${second.value}"`;
      throw this.#fail(span, what, 'promql_selector');
    }
    const all = allMatchers(selector);
    const accepting = all.filter((matcher) => compileMatcher(matcher)(''));
    if (name === '' && !mayBeEmpty && accepting.length === all.length) {
      const what = 'vector selector must contain at least one non-empty matcher';
      throw this.#fail(span, what, 'promql_selector');
    }
    if (offset) durationMs(offset, undefined, this.#durationFailure);
  }

  #checkSubquery({ expr, range, step, offset, span }: Subquery): ValueType {
    const type = this.typeOf(expr);
    if (type !== 'vector') {
      const got = type === 'matrix' ? 'matrix' : type;
      throw this.#fail(span, `subquery is only allowed on instant vector, got ${got} instead`);
    }
    positiveDurationMs(range, undefined, this.#durationFailure);
    if (step) positiveDurationMs(step, undefined, this.#durationFailure);
    if (offset) durationMs(offset, undefined, this.#durationFailure);
    return 'matrix';
  }

  #checkAggregation({ name, param, expr }: Aggregation): ValueType {
    this.#expectType(expr, 'vector', 'aggregation expression');
    if (param) {
      this.#expectType(
        param,
        name === 'count_values' ? 'string' : 'scalar',
        'aggregation parameter',
      );
    }
    return 'vector';
  }

  #checkCall({ name, nameSpan, args, span }: Call): ValueType {
    const definition = functions.get(name);
    if (!definition) {
      const what = `unknown function with name "${name}"`;
      throw queryError(this.#text, { code: 'promql_unknown_function', span: nameSpan, what });
    }
    const types = definition.args;
    const most = definition.mostArgs ?? types.length;
    const least = types.length - (definition.optional ?? 0);
    const isTooMany = args.length > most && !definition.isVariadic;
    if (args.length < least || isTooMany) {
      const bound = least === most ? '' : isTooMany ? 'at most ' : 'at least ';
      const wanted = isTooMany ? most : least;
      const what = `expected ${bound}${wanted} argument(s) in call to "${name}", got ${args.length}`;
      throw this.#fail(span, what);
    }
    for (const [i, arg] of args.entries()) {
      if (i > 0 && definition.takesLabelSelector) {
        this.#checkLabelSelector(arg);
        continue;
      }
      const type = types[Math.min(i, types.length - 1)] as ValueType;
      this.#expectType(arg, type, `call to function "${name}"`);
    }
    return definition.returns;
  }

  /** Matchers in braces, which may accept anything. */
  #checkLabelSelector(arg: Expr): void {
    if (arg.kind !== 'vector-selector') {
      throw this.#fail(arg.span, 'expected label selectors only');
    }
    if (arg.name !== '') {
      const what = 'expected label selectors only, got vector selector instead';
      throw this.#fail(arg.span, what);
    }
    this.#checkSelector(arg, true);
  }

  #checkBinary(binary: Binary): ValueType {
    const { operator, operatorSpan, left, right, isBool, span } = binary;
    const types = [this.typeOf(left), this.typeOf(right)];
    if (isBool && !isComparison(operator)) {
      const what = 'bool modifier can only be used on comparison operators';
      throw this.#fail(operatorSpan, what);
    }
    for (const [i, type] of types.entries()) {
      if (type === 'scalar' || type === 'vector') continue;
      const side = i === 0 ? left : right;
      throw this.#fail(
        side.span,
        'binary expression must contain only scalar and instant vector types',
      );
    }
    const vectors = types.filter((type) => type === 'vector').length;
    if (vectors === 0 && isComparison(operator) && !isBool) {
      throw this.#fail(operatorSpan, 'comparisons between scalars must use BOOL modifier');
    }
    this.#checkMatching(binary, vectors);
    if (vectors === 0 && (operator === '</' || operator === '>/')) {
      const what = `operator "${operator}" not allowed for Scalar operations`;
      throw this.#fail(span, what);
    }
    return vectors === 0 ? 'scalar' : 'vector';
  }

  #checkMatching(binary: Binary, vectors: number): void {
    const { operator, operatorSpan, matching, fill, span } = binary;
    const isSet = operator === 'and' || operator === 'or' || operator === 'unless';
    const both = matching?.include.find((label) => matching.labels.includes(label));
    if (matching?.mode === 'on' && both !== undefined) {
      const what = `label "${both}" must not occur in ON and GROUP clause at once`;
      throw this.#fail(operatorSpan, what);
    }
    if (matching && matching.labels.length > 0 && vectors < 2) {
      throw this.#fail(span, 'vector matching only allowed between instant vectors');
    }
    if (fill && vectors < 2) {
      const what = 'filling in missing series only allowed between instant vectors';
      throw this.#fail(span, what);
    }
    if (!isSet) return;
    if (vectors < 2) {
      throw this.#fail(span, `set operator "${operator}" not allowed in binary scalar expression`);
    }
    if (matching && matching.cardinality !== 'one-to-one') {
      throw this.#fail(span, `no grouping allowed for "${operator}" operation`);
    }
    if (fill) throw this.#fail(span, 'filling in missing series not allowed for set operators');
  }

  #expectType(expr: Expr, wanted: ValueType, where: string): void {
    const type = this.typeOf(expr);
    if (type === wanted) return;
    const what = `expected type ${typeNames[wanted]} in ${where}, got ${typeNames[type]}`;
    throw this.#fail(expr.span, what);
  }

  readonly #durationFailure = (span: TextSpan, what: string): InputError =>
    this.#fail(span, what, 'promql_duration');

  #fail(span: TextSpan, what: string, code: Code = 'promql_type'): InputError {
    return queryError(this.#text, { code, span, what });
  }
}
