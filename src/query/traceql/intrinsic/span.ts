// Intrinsics that are columns of the span.
import { call, column, type Expr, literal, op } from '#sql/tree.ts';
import { duration, nil, text } from '../eval/value.ts';
import type { KindName, StatusName } from '../syntax/ast.ts';
import { defineIntrinsic } from './define.ts';

/** Names by OTLP number. */
export const statusNames: readonly StatusName[] = ['unset', 'ok', 'error'];
export const kindNames: readonly KindName[] = [
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
];

const hexOf = (name: string): Expr => call('lower', call('hex', column(name)));

export const name = defineIntrinsic({
  doc: 'Name of the operation.',
  evaluate: (span) => text(span.name),
  compile: () => ({ type: 'text', table: 'span', expr: column('name') }),
});

export const spanDuration = defineIntrinsic({
  doc: 'Time between start and end of the span.',
  evaluate: (span) => duration(span.durationNano),
  compile: () => ({ type: 'number', table: 'span', expr: column('duration_nano') }),
});

export const status = defineIntrinsic({
  doc: 'Status: error, ok or unset.',
  evaluate: (span) => ({ type: 'status', value: statusNames[span.statusCode] ?? 'unset' }),
  compile: () => ({ type: 'status', table: 'span', expr: column('status_code') }),
});

export const statusMessage = defineIntrinsic({
  doc: 'Text beside the status.',
  evaluate: (span) => text(span.statusMessage),
  compile: () => ({ type: 'text', table: 'span', expr: column('status_message') }),
});

export const kind = defineIntrinsic({
  doc: 'Kind: server, client, producer, consumer, internal or unspecified.',
  evaluate: (span) => ({ type: 'kind', value: kindNames[span.kind] ?? 'unspecified' }),
  compile: () => ({ type: 'kind', table: 'span', expr: column('kind') }),
});

export const id = defineIntrinsic({
  doc: 'Span id, hexadecimal.',
  evaluate: (span) => text(span.spanId),
  compile: () => ({ type: 'text', table: 'span', expr: hexOf('span_id') }),
});

export const parentId = defineIntrinsic({
  doc: 'Id of the parent span, hexadecimal; a root has none.',
  evaluate: (span) => (span.parentSpanId === '' ? nil : text(span.parentSpanId)),
  compile: () => ({
    type: 'text',
    table: 'span',
    expr: hexOf('parent_span_id'),
    present: op(column('parent_span_id'), '!=', literal(new Uint8Array(8))),
  }),
});

export const traceId = defineIntrinsic({
  doc: 'Trace id, hexadecimal, without leading zeros.',
  evaluate: (span) => text(withoutLeadingZeros(span.traceId)),
  compile: () => ({
    type: 'text',
    table: 'span',
    expr: trimZeros(hexOf('trace_id')),
  }),
});

export const trimZeros = (hex: Expr): Expr =>
  call('replaceRegexpOne', hex, literal('^0+'), literal(''));

/** Tempo writes trace ids so; a lookup takes both. */
export const withoutLeadingZeros = (hex: string): string => hex.replace(/^0+/, '');

export const instrumentationName = defineIntrinsic({
  doc: 'Name of the instrumentation scope.',
  evaluate: (span) => text(span.origin.scopeName),
  compile: () => ({ type: 'text', table: 'scope', expr: column('scope_name') }),
});

export const instrumentationVersion = defineIntrinsic({
  doc: 'Version of the instrumentation scope.',
  evaluate: (span) => text(span.origin.scopeVersion),
  compile: () => ({ type: 'text', table: 'scope', expr: column('scope_version') }),
});
