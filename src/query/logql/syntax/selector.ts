// selector := '{' [ matcher { ',' matcher } ] '}'        matcher := IDENT ( = | != | =~ | !~ ) STRING
import type { Matcher, MatchOperator } from './ast.ts';
import type { Cursor } from './cursor.ts';

const operators: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);

export function parseSelector(cursor: Cursor): Matcher[] {
  cursor.expect('symbol', '{');
  const matchers: Matcher[] = [];
  if (cursor.takeSymbol('}')) return matchers;
  for (;;) {
    if (!cursor.isAt('identifier')) {
      throw cursor.unexpected(matchers.length === 0 ? 'IDENTIFIER or }' : 'IDENTIFIER');
    }
    matchers.push(parseMatcher(cursor));
    if (cursor.takeSymbol('}')) return matchers;
    cursor.expect('symbol', ',', '} or ,');
  }
}

function parseMatcher(cursor: Cursor): Matcher {
  const name = cursor.expect('identifier');
  if (!isMatchOperator(cursor.token.text) || cursor.token.kind !== 'symbol') {
    throw cursor.unexpected('= or =~ or !~ or !=');
  }
  const operator = cursor.advance().text as MatchOperator;
  const value = cursor.expect('string').text;
  return { name: name.text, operator, value, span: cursor.spanFrom(name) };
}

export const isMatchOperator = (text: string): text is MatchOperator => operators.has(text);
