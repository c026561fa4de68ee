// Intrinsics of events and links: a span has as many values as it has of them.
import { call, column, type Expr, lambda, op } from '#sql/tree.ts';
import { duration, listOf, text } from '../eval/value.ts';
import { defineIntrinsic } from './define.ts';
import { trimZeros, withoutLeadingZeros } from './span.ts';

export const eventName = defineIntrinsic({
  doc: 'Name of an event of the span.',
  needs: 'events',
  evaluate: (span) => listOf(span.events.map((event) => text(event.name))),
  compile: () => ({ type: 'text', table: 'span', isList: true, expr: column('event_name') }),
});

export const eventTimeSinceStart = defineIntrinsic({
  doc: 'Time from the start of the span to an event.',
  needs: 'events',
  evaluate: (span) =>
    listOf(span.events.map((event) => duration(Number(event.timeUnixNano - span.startUnixNano)))),
  compile: () => ({
    type: 'number',
    table: 'span',
    isList: true,
    expr: call(
      'arrayMap',
      lambda(['t'], op(column('t'), '-', column('start_unix_nano'))),
      column('event_time_unix_nano'),
    ),
  }),
});

export const linkTraceId = defineIntrinsic({
  doc: 'Trace id of a linked span, hexadecimal.',
  needs: 'links',
  evaluate: (span) => listOf(span.links.map((link) => text(withoutLeadingZeros(link.traceId)))),
  compile: () => ({
    type: 'text',
    table: 'span',
    isList: true,
    expr: hexEach('link_trace_id', true),
  }),
});

export const linkSpanId = defineIntrinsic({
  doc: 'Span id of a linked span, hexadecimal.',
  needs: 'links',
  evaluate: (span) => listOf(span.links.map((link) => text(link.spanId))),
  compile: () => ({
    type: 'text',
    table: 'span',
    isList: true,
    expr: hexEach('link_span_id', false),
  }),
});

function hexEach(name: string, isTrimmed: boolean): Expr {
  const hex = call('lower', call('hex', column('id')));
  return call('arrayMap', lambda(['id'], isTrimmed ? trimZeros(hex) : hex), column(name));
}
