// What is told about a call beside its result.
import type { TextSpan } from '#lib/errors.ts';
import { labelOf, METRIC_NAME } from '#query/vector/label.ts';
import type { Labels } from '#query/vector/value.ts';
import { allMatchers } from '../check/matcher.ts';
import { maybeNoCounter } from '../function/note.ts';
import type { CallNode } from '../plan/node.ts';
import { type Call, type Expr, unwrapParens } from '../syntax/ast.ts';
import type { NodeEvaluator } from './evaluate.ts';

/**
 * Notes of a call are about its first argument. What a subquery gives is no part of the text: where it
 * begins is told.
 */
export const placeOf = ({ source, args }: CallNode): TextSpan =>
  args[0]?.kind === 'subquery'
    ? { from: 0, to: 0 }
    : (placeOfArg(source.args[0], args[0]?.kind === 'range') ?? source.span);

/** Parentheses around a range are taken off. */
const placeOfArg = (arg: Expr | undefined, isRange: boolean): TextSpan | undefined =>
  arg && (isRange ? unwrapParens(arg) : arg).span;

/** For functions of counters: tells when the metric does not look like one. */
export function hintCounter(
  node: CallNode,
  evaluator: NodeEvaluator,
  labels: Labels = pinnedLabels(node.source),
): void {
  if (!node.definition.expectsCounter) return;
  const type = labelOf(labels, '__type__') || undefined;
  const note = maybeNoCounter(labelOf(labels, METRIC_NAME), type);
  if (note) evaluator.annotate({ ...note, span: placeOf(node) });
}

/** What the selector says about the labels of all its series. */
function pinnedLabels({ args: [arg] }: Call): Labels {
  const inner = arg && unwrapParens(arg);
  if (inner?.kind !== 'matrix-selector') return {};
  const pinned = allMatchers(inner.selector).filter(({ operator }) => operator === '=');
  return Object.fromEntries(pinned.map(({ label, value }) => [label, value]));
}
