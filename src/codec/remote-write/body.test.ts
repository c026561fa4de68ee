// What a body says once and rows say again and again must not fill the memory.
import { describe, expect, it } from 'vitest';
import { IdentityCache } from '#model/identity.ts';
import { type LabelPairs, writeRequest1, writeRequest2 } from '../../../test/lib/remote-write.ts';
import { decodeRemoteWrite, type RemoteWriteContext } from './decode.ts';

const hourMs = 3_600_000;
const nowMs = 480_000 * hourMs;
const labels: LabelPairs = [
  ['__name__', 'http_requests_total'],
  ['job', 'a'],
];
const contextOf = (): RemoteWriteContext => ({
  tenant: '',
  nowMs,
  identities: new IdentityCache(),
  limits: { minMs: undefined, maxMs: undefined },
});
const writers = { 1: writeRequest1, 2: writeRequest2 } as const;

describe('texts that are named again and again', () => {
  const long = 'x'.repeat(100_000);
  const refusal = /too much text for its size/;
  const one = [{ timeMs: nowMs, value: 1 }];

  it.each([1, 2] as const)('a long name in every row, version %i', (version) => {
    const samples = Array.from({ length: 1000 }, (_, i) => ({
      timeMs: nowMs - (i % 2) * hourMs,
      value: 1,
    }));
    const body = writers[version]([{ labels: [['__name__', long]], samples }]);
    expect(() => decodeRemoteWrite(version, body, contextOf())).toThrow(refusal);
  });

  it('labels of one series', () => {
    const many: LabelPairs = Array.from({ length: 20 }, (_, i) => [`l${i}`, long]);
    const body = writeRequest2([{ labels: [['__name__', 'm'], ...many], samples: one }]);
    const { samples, rejection } = decodeRemoteWrite(2, body, contextOf());
    expect([samples, rejection?.message]).toEqual([0, expect.stringMatching(/too long ones/)]);
  });

  it('labels of exemplars', () => {
    const exemplarsOf = (exemplars: number, count: number) => {
      const many: LabelPairs = Array.from({ length: count }, (_, i) => [`l${i}`, long]);
      const each = { labels: many, value: 1, timeMs: nowMs };
      const exemplar = Array.from({ length: exemplars }, () => each);
      const body = writeRequest2([{ labels, samples: one, exemplars: exemplar }]);
      return decodeRemoteWrite(2, body, contextOf()).exemplars;
    };
    expect(exemplarsOf(2, 1)).toBe(2);
    expect(exemplarsOf(1, 20)).toBe(0);
    expect(() => exemplarsOf(200, 5)).toThrow(refusal);
  });

  it.each(['help', 'unit'] as const)('the %s of metrics', (key) => {
    const metadata = { type: 1, help: '', unit: '', [key]: long };
    const series = Array.from({ length: 1000 }, (_, i) => ({
      labels: [['__name__', `m${i}`]] as const,
      samples: one,
      metadata,
    }));
    expect(() => decodeRemoteWrite(2, writeRequest2(series), contextOf())).toThrow(refusal);
  });
});
