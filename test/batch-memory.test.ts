// A batch waits in the queue of the store, which counts what its tables hold: nothing else may hang on it.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { decodeMetrics } from '#codec/otlp/decode.ts';
import { otlpJsonToProtobuf } from '#codec/otlp/json.ts';
import { decodeRemoteWrite } from '#codec/remote-write/decode.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import { contextOf, nowNano } from './lib/decode-otlp.ts';
import { writeRequest1, writeRequest2 } from './lib/remote-write.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const nowMs = Number(nowNano / 1_000_000n);
const series = [{ labels: [['__name__', 'up']] as const, samples: [{ timeMs: nowMs, value: 1 }] }];
const remoteWrite = (version: 1 | 2, bytes: Uint8Array): Batch =>
  decodeRemoteWrite(version, bytes, {
    tenant: '',
    nowMs,
    identities: new IdentityCache(),
    limits: { minMs: undefined, maxMs: undefined },
  }).batch;
const point = { asDouble: 1, timeUnixNano: String(nowNano) };
const metric = { name: 'm', gauge: { dataPoints: [point] } };
const request = { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] };

const decoders: Readonly<
  Record<string, readonly [() => Uint8Array, (bytes: Uint8Array) => Batch]>
> = {
  'remote write 1.0': [() => writeRequest1(series), (bytes) => remoteWrite(1, bytes)],
  'remote write 2.0': [() => writeRequest2(series), (bytes) => remoteWrite(2, bytes)],
  OTLP: [
    () => otlpJsonToProtobuf('metrics', JSON.stringify(request)),
    (bytes) => decodeMetrics(bytes, contextOf()).batch,
  ],
};

it.each(Object.keys(decoders))('a batch of %s holds no body', async (name) => {
  const [encode, decode] = decoders[name] as (typeof decoders)[string];
  const held = ((): { readonly batch: Batch; readonly body: WeakRef<Uint8Array> } => {
    const bytes = encode();
    return { batch: decode(bytes), body: new WeakRef(bytes) };
  })();
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(held.batch.items).toBe(1);
  expect(held.body.deref()).toBeUndefined();
});
