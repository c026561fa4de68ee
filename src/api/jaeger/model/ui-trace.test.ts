import { expect, it } from 'vitest';
import { createTurns } from '#lib/turns.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import { uiTrace, uiTraceText } from './ui-trace.ts';

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

const spanOf = (traceId: string): StoredSpan => ({
  origin: {
    resourceAttributes: new Map(),
    resourceDroppedAttributesCount: 0,
    resourceSchemaUrl: '',
    scopeName: '',
    scopeVersion: '',
    scopeAttributes: new Map(),
    scopeDroppedAttributesCount: 0,
    scopeSchemaUrl: '',
  },
  traceId: bytesOf(traceId),
  spanId: bytesOf('00000000000000b2'),
  parentSpanId: bytesOf('00000000000000a1'),
  startUnixNano: 0n,
  durationNano: 0n,
  name: 'span',
  kind: 1,
  statusCode: 0,
  statusMessage: '',
  traceState: '',
  flags: 0,
  attributes: new Map(),
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
});

const shows = (name: string, traceId: string, shown: string) =>
  it(name, () => {
    expect(uiTrace([{ span: spanOf(traceId), warnings: [] }])).toMatchObject({
      traceID: shown,
      spans: [{ traceID: shown, references: [{ traceID: shown, spanID: '00000000000000a1' }] }],
    });
  });

shows('all digits of a long trace id', 'f'.repeat(32), 'f'.repeat(32));
shows('zeros in front of a long one', `0${'f'.repeat(31)}`, `0${'f'.repeat(31)}`);
shows(
  '64 bits as the client wrote them',
  `${'0'.repeat(17)}${'f'.repeat(15)}`,
  `0${'f'.repeat(15)}`,
);

it('is the same as text, with turns for others while a large trace is written', async () => {
  const span = { ...spanOf('00000000000000000000000000000001'), name: '"spans":[] $& ü' };
  const spans = Array.from({ length: 4_500 }, () => ({ span, warnings: [] }));
  let turnsOfOthers = 0;
  let isDone = false;
  const count = (): void => {
    turnsOfOthers++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const text = await uiTraceText(spans, createTurns());
  isDone = true;
  expect(text).toBe(JSON.stringify(uiTrace(spans)));
  expect(turnsOfOthers).toBeGreaterThan(1);
});
