// What a range aggregation works on:
//   logRange := selector pipeline [unwrap] '[' d ']' [offset]        also in parentheses,
//             | selector '[' d ']' [offset] pipeline [unwrap]
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
import { parsePipeline } from './pipeline.ts';
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

function parseParts(cursor: Cursor): Parts {
  let parts: Parts;
  if (cursor.takeSymbol('(')) {
    parts = parseParts(cursor);
    cursor.expect('symbol', ')');
  } else {
    parts = { matchers: parseSelector(cursor), stages: [] };
  }
  for (;;) {
    const range = parts.rangeNano === undefined ? cursor.take('range') : undefined;
    if (range) {
      parts.rangeNano = BigInt(range.value as number);
      const offset = parseOffset(cursor);
      if (offset !== undefined) parts.offsetNano = offset;
      continue;
    }
    if (parts.unwrap || !cursor.token.kind.startsWith('symbol')) return parts;
    const stages = parsePipeline(cursor, true);
    parts.stages.push(...stages);
    if (cursor.isSymbol('|')) parts.unwrap = parseUnwrap(cursor);
    else if (stages.length === 0) return parts;
  }
}

export function parseOffset(cursor: Cursor): bigint | undefined {
  if (!cursor.take('word', 'offset')) return undefined;
  return BigInt(cursor.expect('duration').value as number);
}

const conversions: ReadonlySet<string> = new Set(['duration', 'duration_seconds', 'bytes']);

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
    label = cursor.expect('identifier').text;
  }
  const filters: LabelFilterStage[] = [];
  for (let bar = cursor.take('symbol', '|'); bar; bar = cursor.take('symbol', '|')) {
    const filter = parseLabelFilter(cursor);
    filters.push({ kind: 'label-filter', filter, span: cursor.spanFrom(bar) });
  }
  if (!cursor.isAt('range') && !cursor.isSymbol(')')) throw cursor.unexpected('RANGE or |');
  return { label, conversion, filters, span: cursor.spanFrom(start) };
}
