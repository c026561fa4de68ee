// Selects on otel_log_streams for label names and values.
import {
  and,
  as,
  at,
  call,
  column,
  type Expr,
  isIn,
  literal,
  not,
  op,
  type Select,
} from '#sql/tree.ts';
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

/** As Go's ParseFloat and uuid.Parse read them. */
const numberOrUuid =
  '(?i)^(?:[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:e[+-]?[0-9]+)?|[+-]?(?:inf|infinity|nan)|' +
  '\\{?(?:urn:uuid:)?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\\}?)$';

/** Every label with what its values are, see detected-labels.ts. */
export function selectLabelCounts(window: StreamWindow, matchers: readonly Matcher[]): Select {
  const value = column('value');
  const isNumber = call('match', value, literal(numberOrUuid));
  const isBit = isIn(value, [literal('0'), literal('1')]);
  const distinctIf = (condition: Expr): Expr =>
    call('toFloat64', call('uniqExactIf', value, condition));
  return {
    columns: [
      as(call('toString', column('key')), 'name'),
      as(call('toFloat64', call('uniqExact', value)), 'cardinality'),
      as(distinctIf(not(isNumber)), 'words'),
      as(distinctIf(not(isBit)), 'others'),
    ],
    from: { kind: 'table', name: logStreams.name },
    arrayJoin: [
      as(call('mapKeys', column('labels')), 'key'),
      as(call('mapValues', column('labels')), 'value'),
    ],
    where: streamCondition(window, matchers),
    groupBy: [column('key')],
    orderBy: [{ expr: column('name') }],
  };
}
