// Bodies that are no export requests, wholly or in part: refused with the place that is wrong.
import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { IdentityCache } from '#model/identity.ts';
import { rowsOf } from '../../../test/lib/columns.ts';
import { encodeOtlp, logsOf, tracesOf } from '../../../test/lib/otlp-json.ts';
import { decodeLogs, decodeMetrics, decodeTraces } from './decode.ts';

const context = {
  tenant: '',
  nowNano: 1n,
  limits: { minUnixNano: undefined, maxUnixNano: undefined },
  identities: new IdentityCache(),
};

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('a malformed body', () => {
  const malformed = (title: string, bytes: Uint8Array, message: string) =>
    it(title, () => {
      for (const decode of [decodeTraces, decodeMetrics, decodeLogs]) {
        expect(() => decode(bytes, context)).toThrow(InputError);
        expect(() => decode(bytes, context)).toThrow(message);
      }
    });
  malformed('ends inside a tag', hex('8a'), 'the message ends inside a field, at byte 1');
  malformed('ends behind a tag', hex('0a'), 'the message ends inside a field, at byte 1');
  malformed('has a length beyond its end', hex('0a 05 00'), 'a length runs beyond the end');
  malformed('has a length of 2^63', hex('0a ffffffffffffffff7f'), 'a length runs beyond the end');
  malformed('has a varint without end', hex('10 ffffffffffffffffffffff'), 'more than ten bytes');
  malformed('has field number 0', hex('02 00'), 'field number 0, at byte 0');
  malformed('has a group', hex('0b 0c'), 'wire type 3 is not supported, at byte 0');
  malformed(
    'has a field number beyond 2^29',
    hex('ffffffffff01 00'),
    'a field number is too large',
  );
  malformed('is text', Buffer.from('hello'), 'at byte');

  it('is told the field', () => {
    const good = encodeOtlp('traces', tracesOf([{ name: 'a' }, { name: 'b' }]));
    const bad = Buffer.from(good);
    // The length of the second name.
    bad[bad.length - 2] = 9;
    expect(() => decodeTraces(bad, context)).toThrow(
      'cannot decode traces: a length runs beyond the end of its message, at byte 11 ' +
        'in resource_spans[0].scope_spans[0].spans[1].name',
    );
  });

  it('is refused at every length that cuts a field', () => {
    const good = encodeOtlp('traces', tracesOf([{ name: 'a', attributes: [{ key: 'k' }] }]));
    for (let length = 1; length < good.length; length++) {
      expect(() => decodeTraces(good.subarray(0, length), context)).toThrow(InputError);
    }
  });

  it('is not read beyond its own bytes', () => {
    const around = new Uint8Array(64).fill(0x0a);
    const bytes = around.subarray(8, 10);
    bytes.set(hex('0a 02'));
    expect(() => decodeLogs(bytes, context)).toThrow('a length runs beyond');
  });
});

describe('a body of parts that say nothing', () => {
  const repeated = (hexOfPart: string, count: number) =>
    Buffer.alloc((hexOfPart.length / 2) * count, hexOfPart, 'hex');
  const around = (inner: Uint8Array) => {
    const writer = new ProtobufWriter();
    writer.message(1, () => writer.bytes(2, inner));
    return writer.finish();
  };
  const item = (fields: Uint8Array) => {
    const writer = new ProtobufWriter();
    writer.bytes(2, fields);
    return writer.finish();
  };
  const count = 200_000;

  it.each([
    ['resources', repeated('0a00', count)],
    ['scopes', repeated('0a021200', count)],
    ['items', around(repeated('1200', count))],
    ['events of one', around(item(repeated('5a00', count)))],
  ] as const)('%s is refused', (_name, bytes) => {
    expect(() => decodeTraces(bytes, context)).toThrow('it has too many parts for its size');
  });

  it('is taken when it is small', () => {
    const { batch } = decodeLogs(around(repeated('1200', 1000)), context);
    expect(batch.items).toBe(1000);
  });
});

describe('a body that is only odd', () => {
  it('is empty', () => {
    const { batch, rejection } = decodeTraces(new Uint8Array(0), context);
    expect(batch).toMatchObject({ items: 0, rows: [], identities: [], byteLength: 0 });
    expect(rejection).toBeUndefined();
  });

  it('has unknown fields and known ones of another wire type, which are passed over', () => {
    const writer = new ProtobufWriter();
    writer.text(77, 'unknown');
    writer.message(1, () =>
      writer.message(2, () =>
        writer.message(2, () => {
          writer.varint(1, 7);
          writer.text(2, 'severity as text');
          writer.fixed32(99, 1);
          writer.message(5, () => writer.text(1, 'line'));
        }),
      ),
    );
    const { batch } = decodeLogs(writer.finish(), context);
    expect(rowsOf(batch, 'otel_logs')).toMatchObject([
      { body: 'line', severity_number: 0, time_unix_nano: 1n },
    ]);
  });

  it('has the resource, the scope and the values behind what they belong to', () => {
    const writer = new ProtobufWriter();
    writer.message(1, () => {
      writer.message(2, () => {
        writer.message(2, () => {
          writer.message(6, () => {
            writer.message(2, () => writer.text(1, 'first'));
            writer.text(1, 'key');
            writer.message(2, () => writer.text(1, 'last'));
          });
        });
        writer.message(1, () => writer.text(1, 'lib'));
      });
      writer.message(1, () =>
        writer.message(1, () => {
          writer.message(2, () => writer.text(1, 'shop'));
          writer.text(1, 'service.name');
        }),
      );
    });
    const { batch } = decodeLogs(writer.finish(), context);
    expect(rowsOf(batch, 'otel_log_streams')).toMatchObject([
      { service_name: 'shop', scope_name: 'lib', labels: { service_name: 'shop' } },
    ]);
    expect(rowsOf(batch, 'otel_logs')).toMatchObject([{ attributes: { key: 'last' } }]);
  });

  it('has text that is not UTF-8, which is made so', () => {
    const bytes = Buffer.from(
      encodeOtlp('logs', logsOf([{ body: { stringValue: 'a__z' }, severityText: '_é_' }])),
    );
    bytes.set(hex('c3 28'), bytes.indexOf('__'));
    bytes[bytes.indexOf('_é')] = 0xff;
    expect(rowsOf(decodeLogs(bytes, context).batch, 'otel_logs')).toMatchObject([
      { body: 'a\uFFFD(z', severity_text: '\uFFFDé_' },
    ]);
  });

  const nested = (depth: number) => {
    const writer = new ProtobufWriter();
    const value = (level: number): void => {
      if (level === 0) writer.varint(3, 1);
      else writer.message(5, () => writer.message(1, () => value(level - 1)));
    };
    writer.message(1, () =>
      writer.message(2, () => writer.message(2, () => writer.message(5, () => value(depth)))),
    );
    return writer.finish();
  };

  it('has values in values, but not too deep', () => {
    const { batch } = decodeLogs(nested(64), context);
    expect(rowsOf(batch, 'otel_logs')).toMatchObject([
      { body: `${'['.repeat(64)}1${']'.repeat(64)}` },
    ]);
    expect(decodeLogs(nested(65), context).rejection).toMatchObject({
      count: 1,
      message: expect.stringContaining('nested too deep'),
    });
  });
});
