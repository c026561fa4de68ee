// Operators of TraceQL on single values: comparisons (with lists), whole powers, and names of
// attributes that are refused.
import { InputError } from '#lib/errors.ts';
import {
  calculate,
  compare,
  doCompare,
  int,
  listOf,
  text,
  type Value,
} from '#query/traceql/eval/value.ts';
import { parseTag } from '#query/traceql/syntax/parse.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface CaseValue {
  readonly type: string;
  readonly value: unknown;
}

interface OperatorCase {
  readonly op: string;
  readonly lhs: CaseValue;
  readonly rhs: CaseValue;
  readonly expected?: { readonly value: unknown };
  readonly error?: string;
}

type Comparison = Parameters<typeof compare>[0];

const operators: Readonly<Record<string, Comparison>> = {
  Equal: '=',
  NotEqual: '!=',
  Regex: '=~',
  NotRegex: '!~',
  Greater: '>',
  GreaterEqual: '>=',
  Less: '<',
  LessEqual: '<=',
  In: '=',
  NotIn: '!=',
  RegexMatchAny: '=~',
  RegexMatchNone: '!~',
};

/** What a query is rewritten to; no query can say it, so that the runner knows the rule. */
const needsList = new Set(['In', 'NotIn', 'RegexMatchAny', 'RegexMatchNone']);

function toValue({ type, value }: CaseValue): Value {
  if (type.endsWith('[]') && Array.isArray(value)) {
    return listOf(value.map((one) => toValue({ type: type.slice(0, -2), value: one })));
  }
  if (type === 'string') return text(String(value));
  if (type === 'int') return int(Number(value));
  if (type === 'float') return { type: 'float', value: Number(value) };
  throw new Error(`no value of TraceQL: ${type}`);
}

export const traceqlOperators: ConvertedKind = {
  kind: 'traceql-operators',
  recognise: (file) => hasNames(file, ['op', 'lhs', 'rhs']),
  run: (file) =>
    check(
      casesOf<OperatorCase>(file),
      ({ op, lhs, rhs }) => `${JSON.stringify(lhs.value)} ${op} ${JSON.stringify(rhs.value)}`,
      ({ op, lhs, rhs, expected, error }) => {
        const operator = operators[op];
        if (!operator) return `no operator ${op}`;
        const left = toValue(lhs);
        const right = toValue(rhs);
        const isRefused = !doCompare(left, right) || (needsList.has(op) && right.type !== 'array');
        if (isRefused) return error === undefined ? 'refused' : undefined;
        const value = compare(operator, left, right);
        if (error !== undefined) return `accepted: ${value}`;
        return value === expected?.value ? undefined : String(value);
      },
    ),
};

interface PowerCase {
  readonly base: number | string;
  readonly exp: number | string;
  readonly want: number | string;
}

export const traceqlPowers: ConvertedKind = {
  kind: 'traceql-powers',
  recognise: (file) => hasNames(file, ['base', 'exp', 'want']),
  run: (file) =>
    check(
      casesOf<PowerCase>(file),
      ({ base, exp }) => `${base} ^ ${exp}`,
      ({ base, exp, want }) => {
        const given = calculate('^', int(BigInt(base)), int(BigInt(exp)));
        const value = 'value' in given ? Number(given.value) : Number.NaN;
        // The file has doubles, also where the power itself is exact.
        return value === toDouble(want) ? undefined : `${value} for ${want}`;
      },
    ),
};

const toDouble = (text: number | string): number =>
  Number(String(text).replace(/^([+-]?)Inf$/, '$1Infinity'));

interface NameCase {
  readonly input: string;
  readonly valid: boolean;
}

export const traceqlNames: ConvertedKind = {
  kind: 'traceql-names',
  recognise: (file) => file.name.startsWith('identifier') && hasNames(file, ['input', 'valid']),
  run: (file) =>
    check(
      casesOf<NameCase>(file),
      ({ input }) => JSON.stringify(input),
      ({ input, valid }) => {
        try {
          parseTag(input, { isStrict: true });
          return valid ? undefined : 'accepted';
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          return valid ? `refused: ${error.message}` : undefined;
        }
      },
    ),
};
