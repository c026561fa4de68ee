// Zipkin's spans in Thrift and in protobuf.
import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { type ThriftValue, writeBinary } from '../../../test/lib/thrift-writer.ts';
import { decodeZipkinProtobuf } from './protobuf.ts';
import { decodeZipkinThrift } from './thrift.ts';

const nowNano = 1_800_000_000_000_000_000n;
const hex = (id: Uint8Array | undefined): string => Buffer.from(id ?? []).toString('hex');
const plain = (map: ReadonlyMap<string, string> | undefined) => Object.fromEntries(map ?? []);

describe('v1 in Thrift', () => {
  const host: ThriftValue = {
    struct: { 1: { i32: 0x0a000001 }, 2: { i16: -1 }, 3: { string: 'svc' } },
  };
  const binary = (key: string, type: number, value: Buffer): ThriftValue => ({
    struct: { 1: { string: key }, 2: { string: value }, 3: { i32: type }, 4: host },
  });
  const span: ThriftValue = {
    struct: {
      1: { i64: -1n },
      3: { string: 'op' },
      4: { i64: 2n },
      5: { i64: 3n },
      6: { list: [{ struct: { 1: { i64: 10n }, 2: { string: 'sr' }, 3: host } }] },
      8: {
        list: [
          binary('bool', 0, Buffer.from([1])),
          binary('bytes', 1, Buffer.from([255])),
          binary('i16', 2, Buffer.from('fffe', 'hex')),
          binary('i32', 3, Buffer.from('fffffffe', 'hex')),
          binary('i64', 4, Buffer.from('fffffffffffffffe', 'hex')),
          binary('double', 5, Buffer.from('3ff8000000000000', 'hex')),
          binary('text', 6, Buffer.from('é')),
          binary('short', 4, Buffer.from([1])),
        ],
      },
      11: { i64: 7n },
      12: { i64: 1n },
    },
  };
  const whole = writeBinary({ list: [span] });

  it('keeps every field', () => {
    const { spans, rejected } = decodeZipkinThrift(whole, nowNano);
    expect(rejected).toBeUndefined();
    expect(spans).toMatchObject([
      { name: 'op', kind: 2, startUnixNano: 10_000n, durationNano: 7000n },
    ]);
    expect(hex(spans[0]?.traceId)).toBe('0000000000000001ffffffffffffffff');
    expect(plain(spans[0]?.attributes)).toEqual({
      bool: '\x01true',
      bytes: '\x04/w==',
      i16: '\x02-2',
      i32: '\x02-2',
      i64: '\x02-2',
      double: '\x031.5',
      text: 'é',
      short: '\x04AQ==',
      'net.host.ip': '10.0.0.1',
      'network.local.address': '10.0.0.1',
      'net.host.port': '\x0265535',
    });
  });

  it('is refused wherever it is cut', () => {
    for (let size = 0; size < whole.length; size++) {
      expect(() => decodeZipkinThrift(whole.subarray(0, size), nowNano), `${size}`).toThrow(
        InputError,
      );
    }
  });

  it('rejects spans without ids, and takes the others', () => {
    const { spans, rejected } = decodeZipkinThrift(
      writeBinary({ list: [{ struct: { 1: { i64: 1n } } }, span] }),
      nowNano,
    );
    expect(spans).toHaveLength(1);
    expect(rejected).toEqual({ count: 1, message: 'spans[0].id: expected one, was zero' });
  });
});

describe('v2 in protobuf', () => {
  const endpoint = (writer: ProtobufWriter, field: number, ip: string) =>
    writer.message(field, () => {
      writer.text(1, 'svc');
      writer.bytes(ip.length === 8 ? 2 : 3, Buffer.from(ip, 'hex'));
      writer.varint(4, 80);
    });
  const body = (traceId: string) => {
    const writer = new ProtobufWriter();
    writer.message(1, () => {
      writer.bytes(1, Buffer.from(traceId, 'hex'));
      writer.bytes(2, Buffer.from('000000000000000a', 'hex'));
      writer.bytes(3, Buffer.from('000000000000000b', 'hex'));
      writer.varint(4, 2);
      writer.text(5, 'op');
      writer.fixed64(6, 1_700_000_000_000_001n);
      writer.varint64(7, 2n ** 40n);
      endpoint(writer, 8, '0a000001');
      endpoint(writer, 9, '20010db8000000000000000000000001');
      writer.message(10, () => {
        writer.fixed64(1, 5n);
        writer.text(2, 'note');
      });
      writer.message(11, () => {
        writer.text(1, 'k');
        writer.text(2, 'v');
      });
      writer.bool(12, true);
      writer.bool(13, false);
    });
    return writer.finish();
  };
  const whole = body('0000000000000001');

  it('keeps every field', () => {
    const { spans, rejected } = decodeZipkinProtobuf(whole, nowNano);
    expect(rejected).toBeUndefined();
    expect(spans).toMatchObject([
      {
        name: 'op',
        kind: 2,
        startUnixNano: 1_700_000_000_000_001_000n,
        durationNano: 2n ** 40n * 1000n,
        events: [{ timeUnixNano: 5000n, name: 'note' }],
      },
    ]);
    expect(hex(spans[0]?.traceId)).toBe('00000000000000000000000000000001');
    expect(hex(spans[0]?.parentSpanId)).toBe('000000000000000a');
    expect(plain(spans[0]?.attributes)).toMatchObject({
      k: 'v',
      'net.host.ip': '10.0.0.1',
      'net.peer.ip': '2001:db8::1',
      'peer.service': 'svc',
    });
  });

  it('rejects ids of the wrong size', () => {
    const joined = Buffer.concat([whole, body('00'.repeat(17)), body('')]);
    const { spans, rejected } = decodeZipkinProtobuf(joined, nowNano);
    expect(spans).toHaveLength(1);
    expect(rejected).toEqual({
      count: 2,
      message: 'spans[1].trace_id: expected at most 16 bytes, was 17',
    });
  });

  it('is refused wherever it is cut, with the place', () => {
    for (let size = 1; size < whole.length; size++) {
      expect(() => decodeZipkinProtobuf(whole.subarray(0, size), nowNano), `${size}`).toThrow(
        /^cannot decode the list of spans as protobuf: .* at byte \d+/,
      );
    }
  });
});
