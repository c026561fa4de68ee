// vector selector = name [ "{" matchers "}" ] | "{" matchers "}"
// matcher        = label op string | string (a metric name)
// at             = "@" ( ["+"|"-"] number | ("start"|"end") "(" ")" )

import { METRIC_NAME } from '#query/vector/label.ts';
import type { At, Matcher, MatchOperator, VectorSelector } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseNumericWord } from './parse-duration.ts';

const matchOperators = new Set(['=', '!=', '=~', '!~']);

export function parseVectorSelector(cursor: Cursor): VectorSelector {
  const from = cursor.token.from;
  const outerName = cursor.token.kind === 'word' ? cursor.take().text : '';
  if (!cursor.isSymbol('{')) {
    return { kind: 'vector-selector', name: outerName, matchers: [], span: cursor.spanFrom(from) };
  }
  cursor.take();
  const matchers: Matcher[] = [];
  let name = outerName;
  while (!cursor.isSymbol('}')) {
    const token = cursor.token;
    const isQuoted = token.kind === 'string';
    const label = isQuoted ? cursor.takeString('label matching') : takeLabel(cursor);
    if (isQuoted && (cursor.isSymbol(',') || cursor.isSymbol('}'))) {
      if (name !== '') {
        throw cursor.fail(token, `metric name must not be set twice: "${name}" or "${label}"`);
      }
      name = label;
    } else {
      const matcher = parseMatcher(cursor, label, token.from);
      if (outerName !== '' && label === METRIC_NAME && matcher.operator === '=') {
        const what = `metric name must not be set twice: "${outerName}" or "${matcher.value}"`;
        throw cursor.fail(matcher.span, what);
      }
      matchers.push(matcher);
    }
    if (!cursor.accept(',') && !cursor.isSymbol('}')) throw outOfBraces(cursor, '"," or "}"');
  }
  cursor.take();
  return { kind: 'vector-selector', name, matchers, span: cursor.spanFrom(from) };
}

function takeLabel(cursor: Cursor): string {
  const { kind, text } = cursor.token;
  if (kind !== 'word') throw outOfBraces(cursor, 'identifier or "}"');
  if (text.includes(':')) {
    throw cursor.fail(cursor.token, "unexpected character inside braces: ':'");
  }
  return cursor.take().text;
}

function parseMatcher(cursor: Cursor, label: string, from: number): Matcher {
  const operator = cursor.token.text as MatchOperator;
  if (cursor.token.kind !== 'symbol' || !matchOperators.has(operator)) {
    throw outOfBraces(cursor, 'label matching operator');
  }
  cursor.take();
  const value = cursor.takeString('label matching');
  return { label, operator, value, span: cursor.spanFrom(from) };
}

function outOfBraces(cursor: Cursor, wanted: string): Error {
  if (cursor.token.kind === 'end') {
    return cursor.fail(cursor.token, 'unexpected end of input inside braces');
  }
  return cursor.unexpected('label matching', wanted);
}

/** After the `@`. */
export function parseAt(cursor: Cursor): At {
  if (cursor.isWord('start', 'end')) {
    const kind = cursor.take().text.toLowerCase() as 'start' | 'end';
    cursor.expect('(', '@');
    cursor.expect(')', '@');
    return { kind };
  }
  const from = cursor.token.from;
  const isNegative = cursor.isSymbol('-');
  if (isNegative || cursor.isSymbol('+')) cursor.take();
  const number = parseNumericWord(cursor);
  if (!number) throw cursor.unexpected('@', 'timestamp');
  const seconds = isNegative ? -number.value : number.value;
  const timeMs = Math.round(seconds * 1000);
  if (!Number.isFinite(seconds) || Math.abs(timeMs) >= Number.MAX_SAFE_INTEGER) {
    throw cursor.fail(
      cursor.spanFrom(from),
      `timestamp out of bounds for @ modifier: ${seconds === Infinity ? '+Inf' : seconds === -Infinity ? '-Inf' : seconds}`,
    );
  }
  return { kind: 'time', timeMs };
}
