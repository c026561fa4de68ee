// Selects on otel_log_streams for label names and values.
import { and, as, at, call, column, literal, op, type Select } from '#sql/tree.ts';
import { logStreams } from '#store/table/log-streams.ts';
import { logs } from '#store/table/logs.ts';
import { source } from '#store/table/table.ts';
import type { Matcher } from '../syntax/ast.ts';
import { scanCondition } from './logs.ts';
import { type StreamWindow, streamCondition } from './stream.ts';

export function selectLabelNames(window: StreamWindow, matchers: readonly Matcher[]): Select {
  const names = call('arrayJoin', call('mapKeys', column('labels')));
  return {
    isDistinct: true,
    columns: [as(call('toString', names), 'name')],
    from: { kind: 'table', name: logStreams.name },
    where: streamCondition(window, matchers),
    orderBy: [{ expr: column('name') }],
  };
}

export function selectLabelValues(
  window: StreamWindow,
  name: string,
  matchers: readonly Matcher[],
): Select {
  const value = at(column('labels'), literal(name));
  return {
    isDistinct: true,
    columns: [as(value, 'value')],
    from: { kind: 'table', name: logStreams.name },
    where: and(streamCondition(window, matchers), op(value, '!=', literal(''))),
    orderBy: [{ expr: column('value') }],
  };
}

/** Streams, lines and bytes of what the matchers match. */
export function selectVolume(window: StreamWindow, matchers: readonly Matcher[]): Select {
  const { tenant, fromNano, toNano } = window;
  const scan = { tenant, fromNano, toNano: toNano + 1n, matchers, conditions: [] };
  const size = call('sum', call('length', column('body')));
  return {
    columns: [
      as(call('toFloat64', call('uniqExact', column('stream_id'))), 'streams'),
      as(call('toFloat64', call('count')), 'entries'),
      as(call('toFloat64', size), 'bytes'),
    ],
    from: source(logs),
    where: scanCondition(scan),
  };
}
