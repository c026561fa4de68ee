// What a range aggregation works on:
//   logRange := selector pipeline [unwrap] '[' d ']' [offset]
//             | selector '[' d ']' [offset] pipeline [unwrap]
//             | '(' selector pipeline [unwrap] ')' '[' d ']' [offset]
//             | '(' selector ')' '[' d ']' [offset] [unwrap]
//             | '(' logRange ')'
//   unwrap   := '|' 'unwrap' ( IDENT | conversion '(' IDENT ')' ) { '|' labelFilter }
import type {
  LabelFilterStage,
  LogRange,
  Matcher,
  Stage,
  Unwrap,
  UnwrapConversion,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseLabelFilter } from './label-filter.ts';
import { isUnwrap, parsePipeline } from './pipeline.ts';
import { parseSelector } from './selector.ts';

interface Parts {
  matchers: Matcher[];
  stages: Stage[];
  unwrap?: Unwrap;
  rangeNano?: bigint;
  offsetNano?: bigint;
}

export function parseLogRange(cursor: Cursor): LogRange {
  const start = cursor.token;
  const parts = parseParts(cursor);
  if (parts.rangeNano === undefined) throw cursor.unexpected();
  const span = cursor.spanFrom(start);
  return {
    log: { kind: 'log', matchers: parts.matchers, stages: parts.stages, span },
    unwrap: parts.unwrap,
    rangeNano: parts.rangeNano,
    offsetNano: parts.offsetNano ?? 0n,
    span,
  };
}

function parseParts(cursor: Cursor, isInside = false): Parts {
  if (cursor.takeSymbol('(')) return parseInside(cursor);
  const parts: Parts = { matchers: parseSelector(cursor), stages: [] };
  if (cursor.isAt('range')) {
    parseRange(cursor, parts);
    parts.stages = parsePipeline(cursor, true);
    if (cursor.isSymbol('|')) parts.unwrap = parseUnwrap(cursor);
    return parts;
  }
  parts.stages = parsePipeline(cursor, true);
  if (cursor.isSymbol('|')) {
    parts.unwrap = parseUnwrap(cursor);
    const isEnd = cursor.isAt('range') || (isInside && cursor.isSymbol(')'));
    if (!isEnd) throw cursor.unexpected(isInside ? 'RANGE or ) or |' : 'RANGE or |');
  }
  if (cursor.isAt('range')) parseRange(cursor, parts);
  return parts;
}

function parseInside(cursor: Cursor): Parts {
  if (!cursor.isSymbol('{') && !cursor.isSymbol('(')) throw cursor.unexpected('{ or (');
  const parts = cursor.nested(() => parseParts(cursor, true));
  const isWhole = parts.rangeNano !== undefined;
  if (!cursor.takeSymbol(')')) throw cursor.unexpected(isWhole ? ')' : undefined);
  if (isWhole) return parts;
  if (!cursor.isAt('range')) throw cursor.unexpected('RANGE');
  parseRange(cursor, parts);
  const isPlain = parts.stages.length === 0 && parts.unwrap === undefined;
  if (isPlain && isUnwrap(cursor)) parts.unwrap = parseUnwrap(cursor);
  return parts;
}

function parseRange(cursor: Cursor, parts: Parts): void {
  parts.rangeNano = BigInt(cursor.expect('range').value as number);
  const offset = parseOffset(cursor);
  if (offset !== undefined) parts.offsetNano = offset;
}

export function parseOffset(cursor: Cursor): bigint | undefined {
  if (!cursor.take('word', 'offset')) return undefined;
  return BigInt(cursor.expect('duration').value as number);
}

const conversions: ReadonlySet<string> = new Set(['duration', 'duration_seconds', 'bytes']);

const unwrapStart = 'IDENTIFIER or BYTES_CONV or DURATION_CONV or DURATION_SECONDS_CONV';

function parseUnwrap(cursor: Cursor): Unwrap {
  const start = cursor.expect('symbol', '|');
  cursor.expect('word', 'unwrap');
  let conversion: UnwrapConversion = 'none';
  let label: string;
  if (cursor.token.kind === 'function' && conversions.has(cursor.token.text)) {
    conversion = cursor.advance().text as UnwrapConversion;
    cursor.expect('symbol', '(');
    label = cursor.expect('identifier').text;
    cursor.expect('symbol', ')');
  } else {
    label = cursor.expect('identifier', undefined, unwrapStart).text;
  }
  const filters: LabelFilterStage[] = [];
  for (let bar = cursor.take('symbol', '|'); bar; bar = cursor.take('symbol', '|')) {
    const filter = parseLabelFilter(cursor);
    filters.push({ kind: 'label-filter', filter, span: cursor.spanFrom(bar) });
  }
  return { label, conversion, filters, span: cursor.spanFrom(start) };
}
