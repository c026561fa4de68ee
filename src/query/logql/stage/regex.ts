// Regular expressions of users: RE2, in linear time. Line filters look anywhere in the line, matchers
// match the whole value (and there a point also matches a line break).
import { RE2JS } from 're2js';
import { InputError, messageOf, type TextSpan } from '#lib/errors.ts';
import type { Matcher } from '../syntax/ast.ts';

/** Throws InputError `logql_parse` in the words of Go's regexp package. */
export function compileRegex(pattern: string, span: TextSpan, context: string, flags = 0): RE2JS {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (cause) {
    const reason = messageOf(cause).replace(/^error parsing regexp: /, '');
    throw new InputError('logql_parse', `parse error : ${context}error parsing regexp: ${reason}`, {
      span,
      cause,
    });
  }
}

/** A pattern that has to match the whole value, line breaks included. */
export const wholeValue = (pattern: string): string => `^(?s:${pattern})$`;

/** Whether a value is accepted; an absent label has the value ''. */
export function compileMatcher(matcher: Matcher): (value: string) => boolean {
  const { operator, value: wanted } = matcher;
  if (operator === '=') return (value) => value === wanted;
  if (operator === '!=') return (value) => value !== wanted;
  const regex = compileRegex(wanted, matcher.span, '', RE2JS.DOTALL);
  // As the engine gets it: an open \Q would swallow what stands around it.
  compileRegex(wholeValue(wanted), matcher.span, '');
  const isPositive = operator === '=~';
  return (value) => regex.testExact(value) === isPositive;
}
