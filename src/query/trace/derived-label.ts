// What a matcher of a label says of spans, as TraceQL.
import { InputError } from '#lib/errors.ts';
import { labelValueLengthMax } from '#model/trace-metrics.ts';
import { compileMatcher } from '../promql/check/matcher.ts';
import type { Matcher } from '../promql/syntax/ast.ts';
import {
  any,
  type Condition,
  durationText,
  type LabelSource,
  never,
  not,
} from './span-condition.ts';

export const unknownSeries = (what: string, hint: string): InputError =>
  new InputError('derived_series', `cannot lead from ${what} to spans`, { hint });

/** What a matcher says of a span. */
export function labelCondition(matcher: Matcher, source: LabelSource): Condition {
  const { operator, value } = matcher;
  const isPattern = operator === '=~' || operator === '!~';
  // A pattern that takes '' takes spans without the attribute, too.
  const takesEmpty = isPattern && compileMatcher({ ...matcher, operator: '=~' })('');
  const positive = isPattern
    ? any([source.matches(value), ...(takesEmpty ? [source.isEmpty()] : [])])
    : equals(value, source);
  return operator === '=' || operator === '=~' ? positive : not(positive);
}

function equals(value: string, source: LabelSource): string {
  if (value === '') return source.isEmpty();
  // Labels are cut there: the rest may be anything.
  return value.length < labelValueLengthMax
    ? source.is(value)
    : source.matches(`${value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}(?s:.*)`);
}

/** Counts of a bucket are of all spans up to its bound. */
export function bucketCondition({ operator, value }: Matcher): Condition {
  if (value === '+Inf') return undefined;
  const bound = Number(value);
  if (operator !== '=' || !Number.isFinite(bound)) {
    throw unknownSeries(`the bucket le${operator}"${value}"`, 'Give one bound, like le="0.512".');
  }
  return `duration <= ${durationText(Math.round(bound * 1e9))}`;
}

/** `SPAN_KIND_SERVER` is `kind = server`. */
export function wordCondition(
  matcher: Matcher,
  field: string,
  labels: readonly string[],
): Condition {
  const accepts = compileMatcher(matcher);
  const held = labels.filter(accepts);
  if (held.length === labels.length) return undefined;
  const words = held.map((label) => label.replace(/^(?:SPAN_KIND|STATUS_CODE)_/, '').toLowerCase());
  return any([never, ...words.map((word) => `${field} = ${word}`)]);
}
