// Selects on otel_logs for patterns: how many lines there are, and a sample of them.
import { unknownLevel } from '#model/log-level.ts';
import { as, call, column, eq, literal, op, type Select, table, typed } from '#sql/tree.ts';
import { logs } from '#store/table/logs.ts';
import { charsMax } from '../patterns/tokenizer.ts';
import { type LogScan, scanCondition } from './logs.ts';
import { compileLabel } from './metadata.ts';
import type { Stream } from './stream.ts';

/** Lines of a scan, roughly: what is stored twice counts twice. */
export const selectLineCount = (scan: LogScan): Select => ({
  columns: [as(call('toFloat64', call('count')), 'total')],
  from: table(logs.name),
  where: scanCondition(scan),
});

export interface LineSample {
  /** One of so many short pieces of time is looked at: bodies of long others are not read. */
  readonly pieces: number;
  /** One of so many lines of those. */
  readonly lines: number;
}

export interface SampledLine {
  readonly slot: bigint;
  readonly level: string;
  readonly body: string;
}

/** A step has so many pieces. */
const piecesPerStep = 16n;

/** Sampled lines in an order that depends on nothing but what they are. */
export function selectSample(
  scan: LogScan,
  streams: readonly Stream[],
  stepNano: bigint,
  { pieces, lines }: LineSample,
): Select {
  const time = column('time_unix_nano');
  const identity = [column('record_hash'), column('stream_id'), time];
  const width = stepNano / piecesPerStep > 1n ? stepNano / piecesPerStep : 1n;
  // One piece of every so many in a row, not always the same of them.
  const piece = op(call('intDiv', time, typed(width, 'Int64')), '%', literal(pieces));
  const row = call('intDiv', time, typed(width * BigInt(pieces), 'Int64'));
  const chosen = op(call('cityHash64', row), '%', literal(pieces));
  const conditions = [
    ...scan.conditions,
    ...(pieces > 1 ? [eq(piece, chosen)] : []),
    ...(lines > 1
      ? [eq(op(call('cityHash64', ...identity), '%', literal(lines)), literal(0))]
      : []),
  ];
  return {
    columns: [
      as(call('intDiv', time, typed(stepNano, 'Int64')), 'slot'),
      as(compileLabel('detected_level', streams) ?? literal(unknownLevel), 'level'),
      as(call('leftUTF8', column('body'), literal(charsMax + 1)), 'body'),
    ],
    from: table(logs.name),
    where: scanCondition({ ...scan, conditions }),
    orderBy: identity.map((expr) => ({ expr })),
    // What is stored twice.
    limitBy: { count: 1, by: identity },
  };
}
