import { describe, expect, it } from 'vitest';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { IdentityCache } from '#model/identity.ts';
import { rowsOf } from '../../../test/lib/columns.ts';
import {
  type LabelPairs,
  type WireHistogram,
  type WireSeries,
  writeRequest1,
  writeRequest2,
} from '../../../test/lib/remote-write.ts';
import {
  decodeRemoteWrite,
  type RemoteWriteContext,
  type RemoteWriteResult,
  type RemoteWriteVersion,
} from './decode.ts';

const nowMs = 480_000 * 3_600_000;
const labels: LabelPairs = [
  ['__name__', 'http_requests_total'],
  ['instance', 'a:1'],
  ['job', 'ä'],
];
const contextOf = (
  limits: Partial<RemoteWriteContext['limits']> = {},
  identities = new IdentityCache(),
): RemoteWriteContext => ({
  tenant: '',
  nowMs,
  identities,
  limits: { minMs: undefined, maxMs: undefined, ...limits },
});

const writers = { 1: writeRequest1, 2: writeRequest2 } as const;

describe.each([1, 2] as const)('version %i', (version: RemoteWriteVersion) => {
  const decode = (series: readonly WireSeries[], context = contextOf()): RemoteWriteResult =>
    decodeRemoteWrite(version, writers[version](series), context);

  it('takes samples of a series, stale markers included', () => {
    const { batch, rejection, samples } = decode([
      {
        labels,
        samples: [
          { timeMs: nowMs, value: 1.5 },
          { timeMs: nowMs + 1, value: 'stale' },
          { timeMs: -5, value: -0 },
        ],
      },
    ]);
    expect([rejection, samples, batch.items]).toEqual([undefined, 3, 3]);
    expect(rowsOf(batch, 'otel_samples')).toMatchObject([
      { name: 'http_requests_total', time: [nowMs, nowMs + 1], has_stale: 1 },
      { time: [-5], value: [-0], has_stale: 0 },
    ]);
    expect(rowsOf(batch, 'otel_series')).toMatchObject([
      { day: 20_000, name: 'http_requests_total', labels: { instance: 'a:1', job: 'ä' } },
      { day: 0 },
    ]);
  });

  it('knows a series again that it has committed', () => {
    const context = contextOf();
    const one = [{ labels, samples: [{ timeMs: nowMs, value: 1 }] }];
    const first = decode(one, context);
    first.batch.committed?.();
    const second = decode(one, context);
    expect(second.batch.identities).toEqual([]);
    expect(rowsOf(second.batch, 'otel_samples')).toEqual(rowsOf(first.batch, 'otel_samples'));
  });

  it('sorts labels and leaves empty ones out', () => {
    const { batch } = decode([
      {
        labels: [['job', 'b'], ['instance', ''], ...labels.slice(0, 1)],
        samples: [{ timeMs: nowMs, value: 1 }],
      },
      {
        labels: [
          ['__name__', 'http_requests_total'],
          ['job', 'b'],
        ],
        samples: [{ timeMs: nowMs, value: 2 }],
      },
    ]);
    // The rows of one series are one row.
    expect(rowsOf(batch, 'otel_samples')).toMatchObject([{ value: [1, 2] }]);
    expect(rowsOf(batch, 'otel_series')[0]).toMatchObject({ labels: { job: 'b' } });
  });

  it('takes long names', () => {
    const name = 'n'.repeat(300);
    const { batch } = decode([
      { labels: [['__name__', name]], samples: [{ timeMs: nowMs, value: 1 }] },
    ]);
    expect(rowsOf(batch, 'otel_samples')).toMatchObject([{ name }]);
  });

  const histogram: WireHistogram = {
    timeMs: nowMs,
    count: 12,
    sum: 18.4,
    schema: 1,
    zeroThreshold: 0.001,
    zeroCount: 2,
    positiveSpans: [
      [-1, 2],
      [1, 2],
    ],
    positive: [1, 1, -1, 0],
    negativeSpans: [[0, 2]],
    negative: [2, -1],
    hint: 2,
  };

  it('takes integer histograms', () => {
    const { batch, histograms } = decode([{ labels, histograms: [histogram] }]);
    expect([batch.items, histograms]).toEqual([1, 1]);
    expect(rowsOf(batch, 'otel_histograms')).toMatchObject([
      {
        name: 'http_requests_total',
        time: nowMs,
        start_time: 0,
        count: 12,
        sum: 18.4,
        scale: 1,
        zero_threshold: 0.001,
        zero_count: 2,
        positive_spans: [-1, 2, 1, 2],
        positive_counts: [1, 2, 1, 1],
        negative_spans: [0, 2],
        negative_counts: [2, 1],
        custom_bounds: [],
        counter_reset: 2,
        flags: 1,
      },
    ]);
  });

  it('takes float histograms, custom bounds and stale ones', () => {
    const { batch, rejection } = decode([
      {
        labels,
        histograms: [
          {
            timeMs: nowMs,
            isFloat: true,
            count: 2.5,
            sum: 3,
            schema: -53,
            positiveSpans: [[1, 2]],
            positive: [0.5, 2],
            customBounds: [1, 2],
            hint: 3,
          },
          { timeMs: nowMs + 1, count: 0, sum: 'stale' },
        ],
      },
    ]);
    expect(rejection).toBeUndefined();
    expect(rowsOf(batch, 'otel_histograms')).toMatchObject([
      {
        count: 2.5,
        scale: -53,
        positive_spans: [1, 2],
        positive_counts: [0.5, 2],
        custom_bounds: [1, 2],
        counter_reset: 3,
        flags: 1,
      },
      { time: nowMs + 1, count: 0, flags: 8 },
    ]);
  });

  it.each<[string, Partial<WireHistogram>]>([
    ['a schema that is not', { schema: -5 }],
    ['more counts than its spans', { positive: [1, 1, 1, 1, 1] }],
    ['fewer counts than its spans', { positive: [1] }],
    [
      'a gap that goes back',
      {
        positiveSpans: [
          [0, 2],
          [-1, 2],
        ],
      },
    ],
    ['a count below 0', { positive: [1, -2, 0, 0] }],
    ['bounds without their schema', { customBounds: [1] }],
    ['two sides with custom bounds', { schema: -53, customBounds: [1, 2, 3, 4, 5, 6] }],
  ])('refuses a histogram with %s', (_, change) => {
    const { batch, rejection } = decode([{ labels, histograms: [{ ...histogram, ...change }] }]);
    expect(rejection?.message).toContain('1 with an invalid native histogram');
    expect(batch.rows).toEqual([]);
  });

  it('takes exemplars', () => {
    const { batch, exemplars } = decode([
      {
        labels,
        samples: [{ timeMs: nowMs, value: 1 }],
        exemplars: [{ labels: [['trace_id', 'ab'.repeat(16)]], value: 0.5, timeMs: nowMs - 1 }],
      },
    ]);
    expect(exemplars).toBe(1);
    expect(rowsOf(batch, 'otel_exemplars')).toMatchObject([
      { name: 'http_requests_total', time: nowMs - 1, value: 0.5, trace_id: 'ab'.repeat(16) },
    ]);
  });

  const sample = [{ timeMs: nowMs, value: 1 }];
  it.each<[string, LabelPairs, string]>([
    ['no name', [['job', 'x']], 'of a series without a metric name'],
    ['no labels', [], 'of a series without a metric name'],
    ['an empty label name', [...labels, ['', 'x']], 'label name that is empty or repeated'],
    ['a label twice', [...labels, ['job', 'x']], 'label name that is empty or repeated'],
    ['a long label', [...labels, ['z', 'x'.repeat(1 << 20)], ['y', 'x'.repeat(1 << 21)]], 'long'],
    ['many labels', Array.from({ length: 1001 }, (_, i) => [`l${i}`, 'x']), 'too many labels'],
  ])('refuses a series with %s and keeps the others', (_, wrong, reason) => {
    const { batch, rejection } = decode([
      { labels: wrong, samples: [...sample, ...sample] },
      { labels, samples: sample },
    ]);
    expect(rejection).toMatchObject({ count: 2 });
    expect(rejection?.message).toContain(reason);
    expect(batch.items).toBe(1);
  });

  it('refuses samples outside of the limits', () => {
    const times = [nowMs - 11, nowMs - 10, nowMs, nowMs + 10, nowMs + 11, 8e15, -8e15];
    const { batch, rejection } = decode(
      [{ labels, samples: times.map((timeMs) => ({ timeMs, value: 1 })) }],
      contextOf({ minMs: nowMs - 10, maxMs: nowMs + 10 }),
    );
    expect(batch.items).toBe(3);
    expect([...(rejection?.reasons ?? [])]).toEqual([
      ['older than ingest.max_age allows', 1],
      ['newer than ingest.max_future allows', 1],
      ['with a timestamp outside of the years 1900 to 2199', 2],
    ]);
    expect(rejection?.message).toContain('{__name__="http_requests_total", instance="a:1"');
  });

  it('survives being cut off anywhere', () => {
    const series = [
      {
        labels,
        samples: sample,
        histograms: [histogram],
        exemplars: [{ labels, value: 1, timeMs: 1 }],
      },
    ];
    const whole = writers[version](series);
    for (let size = 1; size < whole.length; size++) {
      try {
        decodeRemoteWrite(version, whole.subarray(0, size), contextOf());
      } catch (error) {
        expect(error).toMatchObject({ code: 'remote_write_malformed' });
      }
    }
  });

  it('refuses parts beyond all measure', () => {
    const field = version === 1 ? 0x0a : 0x2a;
    const body = new Uint8Array(200_000).map((_, i) => (i % 2 === 0 ? field : 0));
    expect(() => decodeRemoteWrite(version, body, contextOf())).toThrow(/too many parts/);
  });
});

describe('version 1', () => {
  it('takes metadata once a day', () => {
    const context = contextOf();
    const metadata = [{ type: 1, name: 'a_total', help: 'Help.', unit: '' }];
    const decode = () => decodeRemoteWrite(1, writeRequest1([], metadata), context);
    const { batch } = decode();
    expect(rowsOf(batch, 'otel_metric_metadata')).toEqual([
      { day: 20_000, name: 'a_total', type: 'counter', unit: '', help: 'Help.', otel_name: '' },
    ]);
    batch.committed?.();
    expect(decode().batch.identities).toEqual([]);
  });

  it('takes fields in any order', () => {
    const writer = new ProtobufWriter();
    const label = (name: string, value: string): void =>
      writer.message(1, () => {
        writer.text(2, value);
        writer.text(1, name);
      });
    writer.message(1, () => {
      label('job', 'x');
      writer.message(2, () => {
        writer.varint64(2, BigInt(nowMs));
        writer.double(1, 7);
      });
      label('__name__', 'up');
    });
    const { batch, rejection } = decodeRemoteWrite(1, writer.finish(), contextOf());
    expect(rejection).toBeUndefined();
    expect(rowsOf(batch, 'otel_samples')).toMatchObject([{ name: 'up', value: [7] }]);
    expect(rowsOf(batch, 'otel_series')).toMatchObject([{ labels: { job: 'x' } }]);
  });

  it('refuses labels that are not UTF-8', () => {
    const writer = new ProtobufWriter();
    writer.message(1, () => {
      writer.message(1, () => {
        writer.text(1, '__name__');
        writer.bytes(2, Uint8Array.of(0xff));
      });
      writer.message(2, () => writer.varint64(2, BigInt(nowMs)));
    });
    const { rejection } = decodeRemoteWrite(1, writer.finish(), contextOf());
    expect(rejection?.message).toContain('of a series with labels that are not valid UTF-8');
  });
});

describe('version 2', () => {
  it('keeps when counting began', () => {
    const { batch } = decodeRemoteWrite(
      2,
      writeRequest2([
        {
          labels,
          createdMs: nowMs - 60_000,
          samples: [
            { timeMs: nowMs, value: 1, startMs: nowMs - 1000 },
            { timeMs: nowMs + 1, value: 1 },
          ],
          histograms: [
            { timeMs: nowMs + 2, count: 0, sum: 0 },
            { timeMs: nowMs + 3, count: 0, sum: 0, startMs: nowMs },
          ],
        },
      ]),
      contextOf(),
    );
    expect(rowsOf(batch, 'otel_sample_starts')).toMatchObject([
      { time: [nowMs, nowMs + 1], start_time: [nowMs - 1000, nowMs - 60_000] },
    ]);
    expect(rowsOf(batch, 'otel_histograms')).toMatchObject([
      { start_time: nowMs - 60_000 },
      { start_time: nowMs },
    ]);
  });

  it('takes type, unit and help of series', () => {
    const metadata = { type: 3, help: 'Help.', unit: 'seconds' };
    const of = (name: string): WireSeries => ({
      labels: [['__name__', name]],
      metadata,
      samples: [{ timeMs: nowMs, value: 1 }],
    });
    const { batch } = decodeRemoteWrite(
      2,
      writeRequest2([of('a_sum'), of('a_count')]),
      contextOf(),
    );
    expect(rowsOf(batch, 'otel_series')).toMatchObject([
      { name: 'a_sum', type: 'histogram', unit: 'seconds' },
      { name: 'a_count', type: 'histogram', unit: 'seconds' },
    ]);
    expect(rowsOf(batch, 'otel_metric_metadata')[0]).toMatchObject({
      name: 'a',
      type: 'histogram',
      unit: 'seconds',
      help: 'Help.',
    });
  });

  it('refuses labels that refer to no symbol', () => {
    const writer = new ProtobufWriter();
    writer.text(4, '');
    for (const refs of [[7, 8], [0]]) {
      writer.message(5, () => {
        writer.bytes(1, Uint8Array.from(refs));
        writer.message(2, () => writer.varint64(2, BigInt(nowMs)));
      });
    }
    const { rejection } = decodeRemoteWrite(2, writer.finish(), contextOf());
    expect(rejection?.message).toContain('2 of a series whose labels refer to no symbol');
  });

  it('refuses one long label many times over', () => {
    const writer = new ProtobufWriter();
    writer.text(4, '__name__');
    writer.text(4, 'x'.repeat(1 << 19));
    for (let i = 0; i < 5000; i++) writer.text(4, `n${i}`);
    for (let i = 0; i < 5000; i++) {
      writer.message(5, () => {
        writer.message(1, () => {
          for (const ref of [0, i + 2, i + 2, 1]) writer.packedVarint64(BigInt(ref));
        });
        writer.message(2, () => writer.varint64(2, BigInt(nowMs)));
      });
    }
    expect(() => decodeRemoteWrite(2, writer.finish(), contextOf())).toThrow(/too many labels/);
  });
});
