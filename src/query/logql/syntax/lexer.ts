// Text in, tokens out. Tokens know offset, line and column; errors are worded as Loki words them.
import { InputError, type TextSpan } from '#lib/errors.ts';
import { unquote } from '#lib/gotemplate/unquote.ts';
import {
  durationFault,
  parseByteSize,
  parseDurationNano,
  parseFloat64,
  parsePromDurationNano,
} from './literal.ts';
import { functionWords, reservedWords } from './word.ts';

export type TokenKind =
  | 'identifier'
  | 'string'
  | 'number'
  | 'duration'
  | 'bytes'
  | 'range'
  | 'flag'
  | 'function'
  | 'word'
  | 'symbol'
  /** Characters without a meaning. */
  | 'other'
  | 'end';

export interface Token extends TextSpan {
  readonly kind: TokenKind;
  /** As written; words in lower case; strings resolved. */
  readonly text: string;
  /** Of numbers, durations, sizes and ranges. */
  readonly value?: number;
  readonly line: number;
  readonly column: number;
}

const symbols = [
  '|=',
  '|~',
  '|>',
  '!=',
  '!~',
  '!>',
  '=~',
  '==',
  '>=',
  '<=',
  ...'{}()[],|=<>+-*/%^.',
];

/** The tokens of `text` one by one, the last being `end`. Throws InputError `logql_parse`. */
export function* tokensOf(text: string): Generator<Token> {
  let at = 0;
  let where: Place = { at: 0, line: 1, column: 1 };
  for (;;) {
    at = skipBlank(text, at);
    where = moved(where, text, at);
    const scanned = scan(text, at, (message, line) =>
      parseError(message, { from: at, to: at + 1 }, line ?? where.line, where.column),
    );
    const line = losesLine(scanned) ? 0 : where.line;
    yield { ...scanned, from: at, line, column: where.column };
    if (scanned.kind === 'end') return;
    at = scanned.to;
  }
}

interface Place {
  readonly at: number;
  readonly line: number;
  /** In characters, of which some take two units in `at`. */
  readonly column: number;
}

function moved(from: Place, text: string, at: number): Place {
  let { line, column } = from;
  for (let i = from.at; i < at; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x0a) {
      line++;
      column = 1;
    } else if (code < 0xd800 || code > 0xdbff) column++;
  }
  return { at, line, column };
}

export function parseError(
  message: string,
  span: TextSpan,
  line: number,
  column: number,
): InputError {
  return new InputError('logql_parse', `parse error at line ${line}, col ${column}: ${message}`, {
    span,
  });
}

/** Loki's scanner forgets the line of a token that it puts together from others. */
const losesLine = ({ kind, text }: Scanned): boolean =>
  ['range', 'duration', 'bytes', 'flag'].includes(kind) || (kind === 'symbol' && text.length > 1);

type Scanned = Pick<Token, 'kind' | 'text' | 'to' | 'value'>;
type Fail = (message: string, line?: number) => InputError;

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    if (/\s/.test(text[at] as string)) at++;
    else if (text[at] === '#') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end + 1;
    } else break;
  }
  return at;
}

function scan(text: string, at: number, fail: Fail): Scanned {
  const char = text[at];
  if (char === undefined) return { kind: 'end', text: '', to: at };
  if (char === '"' || char === '`') return scanString(text, at, char, fail);
  if (char === "'") {
    const literal = matchAt(/'(?:\\.|[^\\'\n])'/uy, text, at);
    if (literal === undefined) throw fail('invalid char literal');
    return { kind: 'other', text: literal, to: at + literal.length };
  }
  if (char === '[') return scanRange(text, at, fail);
  if (/[\d.-]/.test(char)) {
    const quantity = scanQuantity(text, at);
    if (quantity) return quantity;
  }
  const flag = /^--([a-zA-Z-]+)/.exec(text.slice(at, at + 40));
  if (flag && (flag[1] === 'strict' || flag[1] === 'keep-empty')) {
    return { kind: 'flag', text: flag[1], to: at + flag[0].length };
  }
  const word = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
  word.lastIndex = at;
  const found = word.exec(text)?.[0];
  if (found !== undefined) return scanWord(text, at, found);
  const symbol = symbols.find((candidate) => text.startsWith(candidate, at));
  if (symbol === undefined) {
    const other = String.fromCodePoint(text.codePointAt(at) as number);
    return { kind: 'other', text: other, to: at + other.length };
  }
  return { kind: 'symbol', text: symbol, to: at + symbol.length };
}

function scanString(text: string, at: number, mark: string, fail: Fail): Scanned {
  let end = at + 1;
  while (end < text.length && text[end] !== mark) {
    if (mark === '"' && text[end] === '\n') break;
    end += mark === '"' && text[end] === '\\' ? 2 : 1;
  }
  if (text[end] !== mark) throw fail('literal not terminated');
  const value = unquote(text.slice(at, end + 1));
  if (value === undefined) throw fail('invalid char escape');
  return { kind: 'string', text: value, to: end + 1 };
}

function scanRange(text: string, at: number, fail: Fail): Scanned {
  const end = text.indexOf(']', at);
  if (end < 0) throw fail("missing closing ']' in duration", 0);
  const inner = text.slice(at + 1, end);
  const value = parsePromDurationNano(inner);
  if (value === undefined) throw fail(durationFault(inner), 0);
  return { kind: 'range', text: inner, value, to: end + 1 };
}

/** A duration (which may be negative), a byte size or a number, whichever takes the whole run. */
function scanQuantity(text: string, at: number): Scanned | undefined {
  const run = matchAt(/-?[\d.]+[\d.nuµμmshdwy]*/uy, text, at);
  const duration =
    run === undefined
      ? undefined
      : (parsePromDurationNano(run) ?? parseDurationNano(run, { calendarUnits: false }));
  if (run !== undefined && duration !== undefined && /[a-zµμ]$/.test(run)) {
    return { kind: 'duration', text: run, value: duration, to: at + run.length };
  }
  const sized = matchAt(/[\d.]+[BikKMGTP]+/y, text, at);
  const size = sized === undefined ? undefined : parseByteSize(sized);
  if (sized !== undefined && size !== undefined) {
    return { kind: 'bytes', text: sized, value: size, to: at + sized.length };
  }
  const number =
    /0[xX][\da-fA-F]+(?:\.[\da-fA-F]*)?(?:[pP][+-]?\d+)?|0[bBoO]\d+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
  const found = matchAt(number, text, at);
  if (found === undefined) return undefined;
  const value = parseFloat64(found) ?? Number.NaN;
  return { kind: 'number', text: found, value, to: at + found.length };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function scanWord(text: string, at: number, found: string): Scanned {
  const to = at + found.length;
  const word = found.toLowerCase();
  if (functionWords.has(word) && /^\s*(\(|(by|without)\s*\()/i.test(text.slice(to, to + 200))) {
    return { kind: 'function', text: word, to };
  }
  if (reservedWords.has(word)) return { kind: 'word', text: word, to };
  return { kind: 'identifier', text: found, to };
}
