import { expect, it } from 'vitest';
import { decodeTraces } from '#codec/otlp/decode.ts';
import { IdentityCache } from '#model/identity.ts';
import { makeSpans } from '../../../test/lib/traceql-traces.ts';
import { createTraceEncoder } from './trace-encode.ts';

const spans = makeSpans(1200);
const encoder = createTraceEncoder();

it('has every span of a large trace, in either format', async () => {
  expect(spans.length).toBeGreaterThan(4000);
  const limits = { minUnixNano: undefined, maxUnixNano: undefined };
  const context = { tenant: '', nowNano: 0n, limits, identities: new IdentityCache() };
  const bytes = await encoder.protobuf(spans);
  expect(decodeTraces(bytes, context).batch.items).toBe(spans.length);
  const json = JSON.parse(await encoder.json(spans)) as {
    scopeSpans: { spans: { spanId: string }[] }[];
  }[];
  const ids = json.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans: inner }) => inner.map(({ spanId }) => spanId)),
  );
  expect(ids.sort()).toEqual(
    spans.map(({ spanId }) => Buffer.from(spanId).toString('base64')).sort(),
  );
});

it('lets others have their turn between two pieces', async () => {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await encoder.json(spans);
  isDone = true;
  expect(turns).toBeGreaterThanOrEqual(2);
});

it('of no spans is empty', async () => {
  expect(await encoder.json([])).toBe('[]');
  expect(await encoder.protobuf([])).toHaveLength(0);
});
