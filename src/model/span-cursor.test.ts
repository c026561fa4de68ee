import { expect, it } from 'vitest';
import { decodeTraces } from '#codec/otlp/decode.ts';
import { contextOf } from '../../test/lib/decode-otlp.ts';
import { encodeOtlp, tracesOf } from '../../test/lib/otlp-json.ts';
import type { TableRows } from './batch.ts';
import { SpanCursor } from './span-cursor.ts';

const traceId = '0102030405060708090a0b0c0d0e0f10';
const startNano = 1_700_000_000_123_456_789n;

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

const spans = [
  { name: 'a', kind: 3, attributes: [text('x', '1'), { key: 'n', value: { intValue: '7' } }] },
  { name: 'long '.repeat(100), kind: 2, attributes: [text('y', 'ü'.repeat(200))] },
  { name: '', parentSpanId: '0102030405060708' },
  { name: 'd', attributes: [text('z', ''), text('x', '2')], status: { code: 2, message: 'boom' } },
].map((span, i) => ({
  traceId,
  spanId: `000000000000000${i + 1}`,
  startTimeUnixNano: String(startNano),
  endTimeUnixNano: String(startNano + 5_000_000_000n),
  ...span,
}));

const cursorOf = (): SpanCursor => {
  const body = encodeOtlp('traces', tracesOf(spans, { resource: { 'service.name': 'shop' } }));
  const { batch } = decodeTraces(body, contextOf());
  return new SpanCursor(batch.rows.find(({ table }) => table === 'otel_spans') as TableRows);
};

const attributesOf = (cursor: SpanCursor): string[] => {
  const found: string[] = [];
  while (cursor.nextAttribute()) {
    found.push(`${cursor.attributeKey.text}=${cursor.attributeValue.text}`);
  }
  return found;
};

it('has every field of every row', () => {
  const cursor = cursorOf();
  const rows = [];
  while (cursor.next()) {
    rows.push({
      name: cursor.name.text,
      service: cursor.serviceName.text,
      message: cursor.statusMessage.text,
      kind: cursor.kind,
      status: cursor.statusCode,
      isRoot: cursor.isRoot,
      attributes: attributesOf(cursor),
    });
    expect(cursor.startUnixNano).toBe(startNano);
    expect(Math.abs(cursor.startMs - 1_700_000_000_123.456)).toBeLessThan(0.01);
    expect(cursor.durationNano).toBe(5_000_000_000);
    expect(cursor.traceIdHex).toBe(traceId);
    expect(cursor.spanIdHex).toBe(`000000000000000${cursor.row + 1}`);
  }
  const common = { service: 'shop', message: '', status: 0, isRoot: true };
  expect(rows).toEqual([
    { ...common, name: 'a', kind: 3, attributes: ['x=1', 'n=\x027'] },
    { ...common, name: 'long '.repeat(100), kind: 2, attributes: [`y=${'ü'.repeat(200)}`] },
    { ...common, name: '', kind: 0, isRoot: false, attributes: [] },
    { ...common, name: 'd', kind: 0, message: 'boom', status: 2, attributes: ['z=', 'x=2'] },
  ]);
  expect(cursor.next()).toBe(false);
  expect(cursor.row).toBe(3);
});

it('passes over what nobody looks at', () => {
  const cursor = cursorOf();
  cursor.next();
  expect(cursor.nextAttribute()).toBe(true);
  cursor.next();
  cursor.next();
  cursor.next();
  expect(cursor.name.text).toBe('d');
  expect(cursor.name.equals(new TextEncoder().encode('d'))).toBe(true);
  expect(cursor.name.equals(new TextEncoder().encode('dd'))).toBe(false);
  expect(attributesOf(cursor)).toEqual(['z=', 'x=2']);
});
