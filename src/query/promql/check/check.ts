// Syntax tree in, checked query out: every operand has a type that its place takes, every function is
// known, every selector selects something definite. Throws InputError at the first breach, worded as
// Prometheus words it. Durations that depend on the query's step are checked when it is known.
import { InputError, type TextSpan } from '#lib/errors.ts';
import { isComparison } from '#query/vector/operation.ts';
import { functions } from '../function/index.ts';
import { unsupportedFunctions } from '../function/unsupported.ts';
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

type Code = 'promql_type' | 'promql_selector' | 'promql_duration' | 'promql_unsupported_syntax';

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

  #checkSelector(selector: VectorSelector): void {
    const { span } = selector;
    if (selector.extent) {
      throw this.#fail(
        span,
        `${selector.extent} selectors are not supported yet`,
        'promql_unsupported_syntax',
      );
    }
    const accepting = allMatchers(selector).filter((matcher) => compileMatcher(matcher)(''));
    if (accepting.length === allMatchers(selector).length) {
      const what = 'vector selector must contain at least one non-empty matcher';
      throw this.#fail(span, what, 'promql_selector');
    }
    if (selector.offset) durationMs(selector.offset, undefined, this.#durationFailure);
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
      if (unsupportedFunctions.has(name)) {
        throw queryError(this.#text, {
          code: 'promql_unsupported_function',
          span: nameSpan,
          what: `function "${name}" is not supported yet`,
        });
      }
      const what = `unknown function with name "${name}"`;
      throw queryError(this.#text, { code: 'promql_unknown_function', span: nameSpan, what });
    }
    const most = definition.args.length;
    const least = most - (definition.optional ?? 0);
    const isTooMany = args.length > most && !definition.isVariadic;
    if (args.length < least || isTooMany) {
      const bound = least === most ? '' : isTooMany ? 'at most ' : 'at least ';
      const wanted = isTooMany ? most : least;
      const what = `expected ${bound}${wanted} argument(s) in call to "${name}", got ${args.length}`;
      throw this.#fail(span, what);
    }
    for (const [i, arg] of args.entries()) {
      const type = definition.args[Math.min(i, most - 1)] as ValueType;
      this.#expectType(arg, type, `call to function "${name}"`);
    }
    return definition.returns;
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
    if (operator === '</' || operator === '>/') {
      const what = `operator ${operator} is not supported yet`;
      throw this.#fail(span, what, 'promql_unsupported_syntax');
    }
    return vectors === 0 ? 'scalar' : 'vector';
  }

  #checkMatching({ operator, matching, fill, span }: Binary, vectors: number): void {
    const isSet = operator === 'and' || operator === 'or' || operator === 'unless';
    if ((matching || fill) && vectors < 2) {
      throw this.#fail(span, 'vector matching only allowed between instant vectors');
    }
    if (isSet && vectors < 2) {
      throw this.#fail(span, `set operator "${operator}" not allowed in binary scalar expression`);
    }
    if (isSet && fill) {
      throw this.#fail(span, `fill modifiers not allowed for "${operator}" operation`);
    }
    if (!matching) return;
    if (isSet && matching.cardinality !== 'one-to-one') {
      throw this.#fail(span, `no grouping allowed for "${operator}" operation`);
    }
    const both = matching.include.find((label) => matching.labels.includes(label));
    if (matching.mode === 'on' && both !== undefined) {
      throw this.#fail(span, `label "${both}" must not occur in ON and GROUP clause at once`);
    }
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
