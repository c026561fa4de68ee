// The query of a tail: a selector with a pipeline, as for every log query, but nothing that counts.
import { InputError } from '#lib/errors.ts';
import { check } from '../check/check.ts';
import type { Stream } from '../compile/stream.ts';
import type { StageRun } from '../stage/entry.ts';
import { compilePipeline } from '../stage/index.ts';
import { compileMatcher } from '../stage/regex.ts';
import type { LogExpr } from '../syntax/ast.ts';
import { parse } from '../syntax/parser.ts';
import { print } from '../syntax/print.ts';

export interface TailQuery {
  /** The same for queries that mean the same. */
  readonly text: string;
  readonly expr: LogExpr;
  matches(stream: Stream): boolean;
  /** A pipeline of its own: stages may remember lines. */
  createPipeline(): StageRun;
}

/** Throws InputError `logql_*`. */
export function compileTailQuery(
  text: string,
  { isStrict }: { readonly isStrict: boolean },
): TailQuery {
  const expr = check(parse(text, { acceptsSupersets: !isStrict }), { isStrict });
  if (expr.kind !== 'log') {
    throw new InputError('logql_check', 'only log selector is supported', {
      span: expr.span,
      hint: 'A tail follows lines; ask for metrics with query_range.',
    });
  }
  return tailQueryOf(expr, print(expr));
}

/** `text` names the query; `expr` may have matchers as stages where no stream has their labels. */
export function tailQueryOf(expr: LogExpr, text: string): TailQuery {
  const tests = expr.matchers.map((matcher) => ({
    name: matcher.name,
    accepts: compileMatcher(matcher),
  }));
  return {
    text,
    expr,
    matches: ({ labels }) => tests.every(({ name, accepts }) => accepts(labels.get(name) ?? '')),
    createPipeline: () => compilePipeline(expr.stages),
  };
}
