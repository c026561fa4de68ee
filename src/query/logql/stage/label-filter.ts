// `| status >= 500 and method="GET" or size > 5KiB`. A value that should be a number, a duration or
// a size and is none keeps its line and marks it with __error__.
// https://grafana.com/docs/loki/latest/query/log_queries/#label-filter-expression
import { and, call, type Expr, eq, literal, not, op, or } from '#sql/tree.ts';
import type { CompareOperator, LabelFilter, LabelFilterStage, Matcher } from '../syntax/ast.ts';
import { printStage } from '../syntax/print.ts';
import {
  isFault,
  type Reading,
  readBytes,
  readDuration,
  readFloat,
} from '../template/go-number.ts';
import { type CompileScope, defineStage } from './definition.ts';
import { errorDetailsLabel, type StageRun } from './entry.ts';
import { lineHasAddress, parseIpPattern } from './ip.ts';
import { compileMatcher, wholeValue } from './regex.ts';
import { acceptsInText } from './text-id.ts';

export const labelFilter = defineStage<LabelFilterStage>({
  kind: 'label-filter',
  name: 'label filter',
  doc: 'Keeps lines whose labels satisfy a comparison.',
  example: '| status >= 500 and method="GET"',
  changes: {},
  evaluate: (stage) => evaluateFilter(stage.filter, stage),
  compile: (stage, scope) => compileFilter(stage.filter, scope),
});

type Comparison = LabelFilter & { kind: 'compare' };

function evaluateFilter(filter: LabelFilter, stage: LabelFilterStage): StageRun {
  switch (filter.kind) {
    case 'and': {
      const [left, right] = [filter.left, filter.right].map((f) => evaluateFilter(f, stage));
      // The right one may mark the line although it will not decide.
      return (entry) => {
        const passes = (left as StageRun)(entry);
        return (right as StageRun)(entry) && passes;
      };
    }
    case 'or': {
      const [left, right] = [filter.left, filter.right].map((f) => evaluateFilter(f, stage));
      return (entry) => (left as StageRun)(entry) || (right as StageRun)(entry);
    }
    case 'matcher': {
      const accepts = compileMatcher(filter.matcher);
      const { name } = filter.matcher;
      // Filters do not see the details of an error.
      if (name === errorDetailsLabel) return () => accepts('');
      if (filter.isInText) return acceptsInText(filter.matcher, accepts);
      return ({ labels }) => accepts(labels.get(name) ?? '');
    }
    case 'ip': {
      const range = parseIpPattern(filter.pattern, stage.span, printStage(stage));
      const isNegated = filter.operator === '!=';
      return ({ labels }) => {
        // A line that failed earlier is kept, so that the failure is seen.
        if (labels.error !== '') return true;
        const value = labels.get(filter.label);
        return value !== undefined && lineHasAddress(value, range) !== isNegated;
      };
    }
    case 'compare':
      return evaluateComparison(filter);
  }
}

const readers: Record<Comparison['unit'], (text: string) => Reading> = {
  number: readFloat,
  duration: readDuration,
  bytes: readBytes,
};

const comparisons: Record<CompareOperator, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

function evaluateComparison(filter: Comparison): StageRun {
  const read = readers[filter.unit];
  const compare = comparisons[filter.operator];
  return ({ labels }) => {
    const text = labels.get(filter.label);
    if (text === undefined) return false;
    const reading = read(text);
    if (isFault(reading)) {
      if (labels.error === '') labels.fail('LabelFilterErr', reading.fault);
      return true;
    }
    return compare(reading.value, filter.value);
  };
}

function compileFilter(filter: LabelFilter, scope: CompileScope): Expr | undefined {
  if (filter.kind === 'and' || filter.kind === 'or') {
    const left = compileFilter(filter.left, scope);
    const right = compileFilter(filter.right, scope);
    if (!left || !right) return undefined;
    return filter.kind === 'and' ? and(left, right) : or(left, right);
  }
  if (filter.kind !== 'matcher' || filter.isInText) return undefined;
  const value = scope.label(filter.matcher.name);
  return value && compileValueMatcher(value, filter.matcher);
}

/** The condition of a matcher on a value that is '' when absent. */
export function compileValueMatcher(value: Expr, matcher: Matcher): Expr {
  switch (matcher.operator) {
    case '=':
      return eq(value, literal(matcher.value));
    case '!=':
      return op(value, '!=', literal(matcher.value));
    case '=~':
      return call('match', value, literal(wholeValue(matcher.value)));
    case '!~':
      return not(call('match', value, literal(wholeValue(matcher.value))));
  }
}
