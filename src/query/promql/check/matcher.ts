// Matchers of selectors: what they accept. An absent label has the value ''. Regular expressions are
// RE2 and match the whole value, line breaks included.
import { RE2JS } from 're2js';
import { InputError, messageOf, type TextSpan } from '#lib/errors.ts';
import { METRIC_NAME } from '#query/vector/label.ts';
import type { Matcher, VectorSelector } from '../syntax/ast.ts';

/** All matchers of a selector, the one of its name included. */
export function allMatchers({ name, matchers, span }: VectorSelector): readonly Matcher[] {
  if (name === '') return matchers;
  return [...matchers, { label: METRIC_NAME, operator: '=', value: name, span }];
}

/** A function that says whether the matcher accepts a value. */
export function compileMatcher({ operator, value, span }: Matcher): (text: string) => boolean {
  switch (operator) {
    case '=':
      return (text) => text === value;
    case '!=':
      return (text) => text !== value;
    case '=~':
    case '!~': {
      const regex = compileRegex(value, span);
      const wanted = operator === '=~';
      return (text) => regex.testExact(text) === wanted;
    }
  }
}

/** A pattern that has to match the whole value, line breaks included. */
export const wholeValue = (pattern: string): string => `^(?s:${pattern})$`;

/** Throws InputError for a pattern that RE2 refuses. */
export function compileRegex(
  pattern: string,
  span: TextSpan,
  code: 'promql_regex' | 'promql_argument' = 'promql_regex',
): RE2JS {
  try {
    // As the engine gets it: an open \Q would swallow what stands around it.
    RE2JS.compile(wholeValue(pattern));
    return RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch (cause) {
    throw new InputError(code, `error parsing regexp: ${messageOf(cause)}`, {
      span,
      cause,
    });
  }
}
