// vector selector = name [ "{" matchers "}" ] | "{" matchers "}"
// matcher        = label op string | string (a metric name, kept as a matcher of __name__)
// at             = "@" ( ["+"|"-"] number | ("start"|"end") "(" ")" )

import type { TextSpan } from '#lib/errors.ts';
import { METRIC_NAME } from '#query/vector/label.ts';
import type { At, Matcher, MatchOperator, VectorSelector } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseNumericWord } from './parse-duration.ts';

const matchOperators = new Set(['=', '!=', '=~', '!~']);

export function parseVectorSelector(cursor: Cursor): VectorSelector {
  const from = cursor.token.from;
  const name = cursor.token.kind === 'word' ? cursor.take().text : '';
  if (!cursor.isSymbol('{')) {
    return { kind: 'vector-selector', name, matchers: [], span: cursor.spanFrom(from) };
  }
  cursor.take();
  const matchers: Matcher[] = [];
  while (!cursor.isSymbol('}')) {
    const token = cursor.token;
    const isQuoted = token.kind === 'string';
    const label = isQuoted ? cursor.takeString('label matching') : takeLabel(cursor);
    if (isQuoted && (cursor.isSymbol(',') || cursor.isSymbol('}'))) {
      const span = cursor.spanFrom(token.from);
      matchers.push({ label: METRIC_NAME, operator: '=', value: label, span });
    } else matchers.push(parseMatcher(cursor, label, token.from));
    if (!cursor.accept(',') && !cursor.isSymbol('}')) throw outOfBraces(cursor, '"," or "}"');
  }
  cursor.take();
  return { kind: 'vector-selector', name, matchers, span: cursor.spanFrom(from) };
}

function takeLabel(cursor: Cursor): string {
  if (cursor.token.kind !== 'word') throw outOfBraces(cursor, 'identifier or "}"');
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

const outOfBraces = (cursor: Cursor, wanted: string): Error =>
  cursor.unexpected('label matching', wanted);

/** After the `@`; `target` is what it belongs to. */
export function parseAt(cursor: Cursor, target: TextSpan): At {
  if (cursor.isWord('start', 'end')) {
    const kind = cursor.take().text.toLowerCase() as 'start' | 'end';
    cursor.expect('(', '@');
    cursor.expect(')', '@');
    return { kind };
  }
  const isNegative = cursor.isSymbol('-');
  if (isNegative || cursor.isSymbol('+')) cursor.take();
  const number = parseNumericWord(cursor);
  if (!number) throw cursor.unexpected('@', 'timestamp');
  const seconds = isNegative ? -number.value : number.value;
  const timeMs = Math.round(seconds * 1000);
  if (!Number.isFinite(seconds) || Math.abs(timeMs) >= Number.MAX_SAFE_INTEGER) {
    throw cursor.fail(
      target,
      `timestamp out of bounds for @ modifier: ${seconds === Infinity ? '+Inf' : seconds === -Infinity ? '-Inf' : seconds}`,
    );
  }
  return { kind: 'time', timeMs };
}
