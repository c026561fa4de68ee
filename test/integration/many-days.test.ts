// One body may hold items of more days than the engine takes in one insert by default (100): with a
// long retention or without limits that is a legal backfill, and no reason to fail others.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeTraces } from '#codec/otlp/decode.ts';
import { contextOf } from '../lib/decode-otlp.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { encodeOtlp, tracesOf } from '../lib/otlp-json.ts';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

it('a body of 120 days is stored', async () => {
  const spans = Array.from({ length: 120 }, (_, day) => ({
    traceId: '0102030405060708090a0b0c0d0e0f10',
    spanId: '0102030405060708',
    startTimeUnixNano: String(BigInt(day) * 86_400_000_000_000n),
  }));
  const { batch } = decodeTraces(encodeOtlp('traces', tracesOf(spans)), contextOf());
  await expect(test.store.writer.write(batch)).resolves.toBeUndefined();
});
