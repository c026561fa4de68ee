// Selects on otel_logs that say how much each stream holds; bodies are measured, not read.
import type { UnixNano } from '#model/unit.ts';
import {
  as,
  call,
  column,
  type Expr,
  isIn,
  lambda,
  literal,
  not,
  op,
  parametric,
  type Select,
  typed,
} from '#sql/tree.ts';
import { logs } from '#store/table/logs.ts';
import { source } from '#store/table/table.ts';
import type { Matcher } from '../syntax/ast.ts';
import { scanCondition } from './logs.ts';
import { compileLabel } from './metadata.ts';
import type { Stream } from './stream.ts';

export interface VolumeScan {
  readonly tenant: string;
  readonly fromNano: UnixNano;
  /** Inclusive. */
  readonly toNano: UnixNano;
  readonly matchers: readonly Matcher[];
}

/** What one stream holds in one slot of time. */
export interface StreamVolumeRow {
  readonly stream_id: bigint;
  readonly slot: bigint;
  readonly entries: number;
  readonly bytes: number;
}

/** The engine keeps sizes apart from texts. */
const bytesOfLines = call('sum', column('body.size'));

const conditionOf = ({ tenant, fromNano, toNano, matchers }: VolumeScan): Expr =>
  scanCondition({ tenant, fromNano, toNano: toNano + 1n, matchers, conditions: [] });

/** Lines and their bytes per stream and multiple of `stepNano`; 0n: one slot. */
export function selectStreamVolumes(scan: VolumeScan, stepNano: bigint): Select {
  const slot =
    stepNano > 0n
      ? call('intDiv', column('time_unix_nano'), typed(stepNano, 'Int64'))
      : typed(0n, 'Int64');
  return {
    columns: [
      as(column('stream_id'), 'stream_id'),
      as(slot, 'slot'),
      as(call('toFloat64', call('count')), 'entries'),
      as(call('toFloat64', bytesOfLines), 'bytes'),
    ],
    from: source(logs),
    where: conditionOf(scan),
    groupBy: [column('stream_id'), column('slot')],
  };
}

/** What one stream holds in one day: what comes closest to a chunk of Loki's. */
export interface ChunkRow {
  readonly stream_id: bigint;
  readonly min_nano: bigint;
  readonly max_nano: bigint;
  readonly entries: number;
  readonly line_bytes: number;
  /** Names with values of structured metadata, of all lines together. */
  readonly pairs: number;
  /** Bytes of their names and values, each different text once. */
  readonly symbol_bytes: number;
}

/** Labels of a line that are no attributes. */
const columnNames = [
  'observed_timestamp',
  'severity_number',
  'severity_text',
  'trace_id',
  'span_id',
  'flags',
  'event_name',
  'dropped_attributes_count',
  'detected_level',
];
const symbolsMax = 100_000;

/** The days of the scan must be whole. */
export function selectChunks(scan: VolumeScan, streams: readonly Stream[]): Select {
  const known = columnNames.flatMap((name) => {
    const value = compileLabel(name, streams);
    return value ? [{ name, value }] : [];
  });
  const isOther = not(isIn(column('key'), columnNames.map(literal)));
  const others = call(
    'arrayFilter',
    lambda(['key'], isOther),
    call('mapKeys', column('attributes')),
  );
  const ownPairs = known.map(({ value }) => call('toUInt64', op(value, '!=', literal(''))));
  const texts = call(
    'arrayConcat',
    call('arrayMap', lambda(['key'], call('toString', column('key'))), others),
    call('mapValues', column('attributes')),
    call('array', ...known.flatMap(({ name, value }) => [nameOf(name, value), value])),
  );
  const symbols = parametric('groupUniqArrayArray', [literal(symbolsMax)], [texts]);
  const pairs = ownPairs.reduce((sum, own) => op(sum, '+', own), call('length', others));
  const total = call('arraySum', lambda(['text'], call('length', column('text'))), symbols);
  return {
    columns: [
      as(column('stream_id'), 'stream_id'),
      as(call('min', column('time_unix_nano')), 'min_nano'),
      as(call('max', column('time_unix_nano')), 'max_nano'),
      as(call('toFloat64', call('count')), 'entries'),
      as(call('toFloat64', bytesOfLines), 'line_bytes'),
      as(call('toFloat64', call('sum', pairs)), 'pairs'),
      as(call('toFloat64', total), 'symbol_bytes'),
    ],
    from: source(logs),
    where: conditionOf(scan),
    groupBy: [column('stream_id'), call('intDiv', column('bucket'), literal(24))],
  };
}

const nameOf = (name: string, value: Expr): Expr =>
  call('if', op(value, '=', literal('')), literal(''), literal(name));
