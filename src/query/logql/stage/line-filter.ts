// `|= "x"`, `!= "x"`, `|~ "re"`, `!~ "re"`, `|> "pattern"`, `!> "pattern"`, with `or` and ip().
// https://grafana.com/docs/loki/latest/query/log_queries/#line-filter-expression
import { InputError } from '#lib/errors.ts';
import { and, arrayOf, call, type Expr, eq, literal, not, op, or } from '#sql/tree.ts';
import type { LineFilter, LineFilterTerm } from '../syntax/ast.ts';
import { printStage } from '../syntax/print.ts';
import { foldedLiteral } from './case-fold.ts';
import { defineStage } from './definition.ts';
import { lineHasAddress, parseIpPattern } from './ip.ts';
import { consecutiveCaptures, matchesPattern, parsePattern } from './pattern-text.ts';
import { compileRegex } from './regex.ts';

export const lineFilter = defineStage<LineFilter>({
  kind: 'line-filter',
  name: 'line filter',
  doc: 'Keeps lines that contain a text, match a regular expression or follow a pattern.',
  example: '|= "timeout" !~ "retry [0-9]+"',
  changes: {},
  isRare: ({ operator, terms }) =>
    operator === '|=' && terms.every(({ value, isIp }) => !isIp && idsIn(value).length > 0),
  evaluate: (stage) => {
    const tests = stage.terms.map((term) => testOf(stage, term));
    const isNegated = stage.operator.startsWith('!');
    return (entry) => tests.some((test) => test(entry.line)) !== isNegated;
  },
  compile: (stage, { line }) => {
    const conditions = stage.terms.map((term) => compileTerm(stage, term, line));
    if (conditions.includes(undefined)) return undefined;
    const found = or(...(conditions as Expr[]));
    return stage.operator.startsWith('!') ? not(found) : found;
  },
});

function testOf(stage: LineFilter, { value, isIp }: LineFilterTerm): (line: string) => boolean {
  if (isIp) {
    if (stage.operator !== '|=' && stage.operator !== '!=') {
      throw new InputError(
        'logql_parse',
        `parse error : stage '${printStage(stage)}' : ip: invalid operation`,
        { span: stage.span },
      );
    }
    const range = parseIpPattern(value, stage.span, printStage(stage));
    return (line) => lineHasAddress(line, range);
  }
  switch (stage.operator) {
    case '|=':
    case '!=':
      return (line) => line.includes(value);
    case '|~':
    case '!~': {
      const regex = compileRegex(value, stage.span, `stage '${printStage(stage)}' : `);
      return foldedLiteral(value) ?? ((line) => regex.test(line));
    }
    case '|>':
    case '!>': {
      const pattern = parsePattern(value);
      const problem =
        pattern.names.length > 0
          ? `named captures are not allowed: found '<${pattern.names[0]}>'`
          : wrapConsecutive(consecutiveCaptures(pattern));
      if (problem !== undefined) {
        throw new InputError(
          'logql_parse',
          `parse error : stage '${printStage(stage)}' : ${problem}`,
          { span: stage.span },
        );
      }
      return (line) => matchesPattern(pattern, line);
    }
  }
}

const wrapConsecutive = (captures: string | undefined): string | undefined =>
  captures && `found consecutive capture '${captures}': invalid expression`;

function compileTerm(
  stage: LineFilter,
  { value, isIp }: LineFilterTerm,
  line: Expr,
): Expr | undefined {
  if (isIp) return undefined;
  const words = alternatives(value);
  switch (stage.operator) {
    case '|=':
    case '!=':
      return compileContains(line, value, stage.operator === '!=');
    case '|~':
    case '!~':
      if (foldedLiteral(value)) return undefined;
      if (words) return compileAlternatives(line, words);
      // In the engine a point matches a line break unless it is told otherwise.
      return call('match', line, literal(`(?-s)${value}`));
    default:
      return undefined;
  }
}

/** What an expression of plain words, `a|b` or `(a|b)`, looks for; undefined for any other. */
export function alternatives(pattern: string): readonly string[] | undefined {
  const inner = /^\((?:\?:)?([^()]*)\)$/.exec(pattern)?.[1] ?? pattern;
  const words = inner.split('|');
  const arePlain = words.every((word) => /^[^\0\\.+*?()[\]{}^$\ud800-\udfff]+$/.test(word));
  return arePlain && words.length > 1 && words.length <= wordsMax ? words : undefined;
}

/** The engine takes up to 255. */
const wordsMax = 200;

/** The engine runs such an expression at a third of the speed. */
const compileAlternatives = (line: Expr, words: readonly string[]): Expr =>
  eq(call('multiSearchAny', line, arrayOf(...words.map((word) => literal(word)))), literal(1));

/**
 * Whoever looks for an id gets help from the index `body_ids`, which has the runs of twelve or more
 * letters and digits of a line: such a run of the needle is part of one of those. LIKE, because only
 * that uses the index; both it and includes() compare exactly.
 */
export function compileContains(line: Expr, value: string, isNegated: boolean): Expr {
  if (value === '') return literal(true);
  const contains = like(line, value);
  const ids = isNegated ? [] : idsIn(value);
  return ids.length === 0 ? contains : and(contains, ...ids.map((id) => like(idsOf(line), id)));
}

const idsIn = (value: string): readonly string[] => value.match(/[0-9A-Za-z]{12,}/g) ?? [];

const like = (text: Expr, value: string): Expr =>
  op(text, 'LIKE', literal(`%${value.replace(/[\\%_]/g, '\\$&')}%`));

/** The expression of the index, word for word. */
const idsOf = (line: Expr): Expr =>
  call('arrayStringConcat', call('extractAll', line, literal('[0-9A-Za-z]{12,}')), literal(' '));
