// Selects on otel_logs for patterns: how many lines there are, and a sample of them.
import { as, call, column, eq, literal, op, type Select, table, typed } from '#sql/tree.ts';
import { logs } from '#store/table/logs.ts';
import { type LogScan, scanCondition } from './logs.ts';
import { compileLabel } from './metadata.ts';
import type { Stream } from './stream.ts';

/** Lines of a scan. What is stored twice counts twice: merging costs more than it is worth here. */
export const selectLineCount = (scan: LogScan): Select => ({
  columns: [as(call('toFloat64', call('count')), 'total')],
  from: table(logs.name),
  where: scanCondition(scan),
});

export interface LineSample {
  /** One of so many short pieces of time is looked at: the bodies of the others are not read. */
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
  const width = stepNano / piecesPerStep > 1n ? stepNano / piecesPerStep : 1n;
  const piece = call('cityHash64', call('intDiv', time, typed(width, 'Int64')));
  const conditions = [
    ...scan.conditions,
    ...(pieces > 1 ? [eq(op(piece, '%', literal(pieces)), literal(0))] : []),
    ...(lines > 1 ? [eq(op(column('record_hash'), '%', literal(lines)), literal(0))] : []),
  ];
  return {
    columns: [
      as(call('intDiv', time, typed(stepNano, 'Int64')), 'slot'),
      as(compileLabel('detected_level', streams) ?? literal(''), 'level'),
      as(column('body'), 'body'),
    ],
    from: table(logs.name),
    where: scanCondition({ ...scan, conditions }),
    orderBy: [{ expr: column('record_hash') }, { expr: column('stream_id') }, { expr: time }],
  };
}
