// Selects on otel_log_streams for label names and values.
import { and, as, at, call, column, literal, op, type Select } from '#sql/tree.ts';
import { logStreams } from '#store/table/log-streams.ts';
import type { Matcher } from '../syntax/ast.ts';
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
