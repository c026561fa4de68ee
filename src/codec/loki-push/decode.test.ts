import { describe, expect, it } from 'vitest';
import { rowCount } from '#model/batch.ts';
import type { StringColumn } from '#model/column.ts';
import { IdentityCache } from '#model/identity.ts';
import { decodePushJson, decodePushProtobuf } from './decode.ts';
import { parseLabels } from './labels.ts';
import type { PushContext } from './push-rows.ts';

const context = (limits: Partial<PushContext> = {}): PushContext => ({
  tenant: '',
  minUnixNano: undefined,
  maxUnixNano: undefined,
  lineBytesMax: 1000,
  identities: new IdentityCache(),
  ...limits,
});

const json = (body: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(body));
const push = (values: unknown[], stream: object = { app: 'a' }) =>
  json({ streams: [{ stream, values }] });

/** The texts of a column: a varint of the length (below 128 here) and the bytes. */
function texts(column: StringColumn): string[] {
  const bytes = column.data.view();
  const found: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes[at] as number;
    found.push(new TextDecoder().decode(bytes.subarray(at + 1, at + 1 + size)));
    at += 1 + size;
  }
  return found;
}

const columnOf = (result: ReturnType<typeof decodePushJson>, name: string) =>
  result.batch.rows[0]?.columns[name] as StringColumn;

describe('decodePushJson', () => {
  it('takes lines with and without metadata', () => {
    const result = decodePushJson(
      push([
        ['1', 'one'],
        ['2', 'two', { k: 'v' }],
      ]),
      context(),
    );
    expect(result.batch.items).toBe(2);
    expect(result.rejection).toBeUndefined();
    expect(texts(columnOf(result, 'body'))).toEqual(['one', 'two']);
    expect(result.batch.identities.map(rowCount)).toEqual([1]);
  });

  it('puts trace and span ids in their columns', () => {
    const ids = { trace_id: 'ab'.repeat(16), span_id: 'cd'.repeat(8), other: 'x' };
    const { batch } = decodePushJson(push([['1', 'line', ids]]), context());
    const trace = batch.rows[0]?.columns.trace_id;
    expect([...(trace?.kind === 'fixed' ? trace.data.view() : [])]).toEqual(Array(16).fill(0xab));
  });

  it('detects the level once, from labels before metadata before the line', () => {
    const levelOf = (line: string, metadata: object, stream: object) => {
      const result = decodePushJson(push([['1', line, metadata]], stream), context());
      return texts(columnOf(result, 'detected_level'))[0];
    };
    expect(levelOf('an error', {}, { app: 'a' })).toBe('error');
    expect(levelOf('an error', { severity: 'WARNING' }, { app: 'a' })).toBe('warn');
    expect(levelOf('an error', { severity: 'WARNING' }, { level: 'debug' })).toBe('debug');
    expect(levelOf('an error', { detected_level: 'mine' }, { app: 'a' })).toBe('');
    expect(levelOf('nothing', { severity_number: '21' }, { app: 'a' })).toBe('fatal');
  });

  it('rejects lines one by one', () => {
    const limits = { minUnixNano: 10n, maxUnixNano: 20n, lineBytesMax: 3 };
    const values = [
      ['9', 'a'],
      ['10', 'b'],
      ['20', 'c'],
      ['21', 'd'],
      ['15', 'long'],
    ];
    const { batch, rejection } = decodePushJson(push(values), context(limits));
    expect(batch.items).toBe(2);
    expect(rejection?.count).toBe(3);
    expect(rejection?.message).toContain(
      `entry for stream '{app="a", service_name="a"}' has timestamp too old`,
    );
  });

  it('sends a stream once per day, after it is committed', () => {
    const shared = context();
    const first = decodePushJson(
      push([
        ['1', 'a'],
        ['2', 'b'],
      ]),
      shared,
    );
    expect(first.batch.identities.map(rowCount)).toEqual([1]);
    first.batch.committed?.();
    expect(decodePushJson(push([['3', 'c']]), shared).batch.identities).toEqual([]);
    const nextDay = decodePushJson(push([[`${86_400_000_000_000}`, 'd']]), shared);
    expect(nextDay.batch.identities.map(rowCount)).toEqual([1]);
  });

  it('takes a label without a value for none', () => {
    const shared = context();
    decodePushJson(push([['1', 'a']]), shared).batch.committed?.();
    const { batch } = decodePushJson(push([['2', 'b']], { app: 'a', env: '' }), shared);
    expect(batch.identities).toEqual([]);
  });

  it('sends the stream of every tenant', () => {
    const ann = context({ tenant: 'ann' });
    decodePushJson(push([['1', 'a']]), ann).batch.committed?.();
    expect(decodePushJson(push([['2', 'b']]), ann).batch.identities).toEqual([]);
    const { batch } = decodePushJson(push([['3', 'c']]), { ...ann, tenant: 'bob' });
    expect(batch.identities.map(rowCount)).toEqual([1]);
  });

  it('tells what a small batch holds, not only what it says', () => {
    const { batch } = decodePushJson(push([['1', 'a']]), context());
    expect(batch.byteLength).toBeGreaterThan(10_000);
  });

  const bad = (name: string, body: Uint8Array, message: string) =>
    it(`refuses ${name}`, () => {
      expect(() => decodePushJson(body, context())).toThrow(message);
    });
  bad('what is no JSON', new TextEncoder().encode('{'), 'cannot read the push request');
  bad('no stream', json({ streams: [] }), 'at least one valid stream');
  bad('a stream of empty labels', push([['1', 'x']], { app: '' }), 'at least one label pair');
  bad('a time that is no text', push([[1, 'x']]), 'streams[0].values[0][0]');
  bad('a line that is no text', push([['1', 5]]), 'streams[0].values[0][1]');
  bad(
    'a label with a dash',
    push([['1', 'x']], { 'a-b': 'c' }),
    "1:3: parse error: unexpected character inside braces: '-'",
  );
  bad('no labels', push([['1', 'x']], {}), 'at least one label pair');
});

describe('decodePushProtobuf', () => {
  it('reads what was written by hand', () => {
    const entry = (seconds: number, line: string) => {
      const time = message([
        [1, seconds],
        [2, 5],
      ]);
      const pair = message([
        [1, 'k'],
        [2, 'v'],
      ]);
      return message([
        [1, time],
        [2, line],
        [3, pair],
      ]);
    };
    const stream = message([
      [1, '{app="a", env="b"}'],
      [2, entry(1, 'one')],
      [2, entry(2, 'two')],
    ]);
    const body = message([[1, stream]]);
    const result = decodePushProtobuf(body, context());
    expect(texts(columnOf(result, 'body'))).toEqual(['one', 'two']);
    const times = result.batch.rows[0]?.columns.time_unix_nano;
    const bytes = times?.kind === 'fixed' ? times.data.view() : new Uint8Array(8);
    expect(new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true)).toBe(1_000_000_005n);
  });

  it('never does anything but InputError on any bytes', () => {
    for (let seed = 1; seed < 300; seed++) {
      const bytes = Uint8Array.from({ length: seed % 40 }, (_, i) => (seed * 7919 * (i + 3)) >>> 3);
      try {
        decodePushProtobuf(bytes, context());
      } catch (error) {
        expect((error as Error).name).toBe('InputError');
      }
    }
  });
});

/** A protobuf message by hand: numbers as varints below 128, the rest with a length below 128. */
function message(fields: readonly (readonly [number, number | string | Uint8Array])[]): Uint8Array {
  const bytes: number[] = [];
  for (const [field, value] of fields) {
    if (typeof value === 'number') bytes.push(field << 3, value);
    else {
      const content = typeof value === 'string' ? new TextEncoder().encode(value) : value;
      bytes.push((field << 3) | 2, content.length, ...content);
    }
  }
  return Uint8Array.from(bytes);
}

describe('parseLabels', () => {
  it('sorts and unescapes', () => {
    expect(parseLabels('{ b="x\\"y", a="1", }')).toEqual([
      ['a', '1'],
      ['b', 'x"y'],
    ]);
  });
  for (const text of ['', '{', '{a}', '{a="b"', '{a=b}', '{a-b="c"}', '{a="b" c="d"}']) {
    it(`refuses ${text}`, () => expect(() => parseLabels(text)).toThrow("couldn't parse labels"));
  }
});
