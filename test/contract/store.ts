// What every store must do, whatever its engine: one suite, run on the embedded engine and on a
// cluster of two shards.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError, OperationError } from '#lib/errors.ts';
import { type ArrayColumn, StringColumn } from '#model/column.ts';
import {
  as,
  call,
  column,
  eq,
  type LiteralValue,
  literal,
  type Select,
  star,
  table,
} from '#sql/tree.ts';
import type { Store } from '#store/contract.ts';
import { tables } from '#store/table/index.ts';
import { logs, logsBetween } from '#store/table/logs.ts';
import { samples, samplesBetween } from '#store/table/samples.ts';
import { spans, spansBetween } from '#store/table/spans.ts';
import { source } from '#store/table/table.ts';
import { batchOf, type PlainRow, tableRows } from '../lib/table-rows.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** The answer of the engine to any statement, as text. */
  ask(sql: string): Promise<string>;
  stop(): Promise<void>;
}

const hourNano = 3_600_000_000_000n;
const startNano = 400_000n * hourNano + 5_000_000_000n;

/** A span with every column set to something that can be told from a default. */
export const fullSpan = (traceByte: number, spanByte: number): PlainRow => ({
  trace_id: new Uint8Array(16).fill(traceByte),
  span_id: new Uint8Array(8).fill(spanByte),
  parent_span_id: new Uint8Array(8).fill(9),
  start_unix_nano: startNano + BigInt(spanByte),
  duration_nano: 12n,
  scope_id: 2n ** 63n + 1n,
  service_name: 'shop',
  name: 'GET /',
  kind: 2,
  status_code: 1,
  status_message: 'ok',
  trace_state: 'a=b',
  flags: 257,
  attributes: { 'http.method': 'GET', empty: '' },
  dropped_attributes_count: 1,
  event_time_unix_nano: [startNano, startNano + 1n],
  event_name: ['a', 'b'],
  event_attributes: [{ k: 'v' }, {}],
  event_dropped_attributes_count: [0, 1],
  dropped_events_count: 2,
  link_trace_id: [new Uint8Array(16).fill(7)],
  link_span_id: [new Uint8Array(8).fill(7)],
  link_trace_state: ['x=y'],
  link_flags: [1],
  link_attributes: [{ l: 'w' }],
  link_dropped_attributes_count: [3],
  dropped_links_count: 4,
  arrival: 5,
});

const selectAll = (definition: (typeof tables)[number], where: Select['where']): Select => ({
  columns: [{ expr: star }],
  from: source(definition),
  ...(where ? { where } : {}),
});

export function describeStore(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`store on ${name}`, () => {
    let tested: StoreUnderTest;
    beforeAll(async () => {
      tested = await start();
    });
    afterAll(() => tested?.stop());

    describe('tables', () => {
      for (const definition of tables) {
        it(`${definition.name} is as declared`, async () => {
          const text = await tested.ask(`DESCRIBE TABLE ${definition.name} FORMAT JSONEachRow`);
          const rows = text.split('\n').map((line) => JSON.parse(line));
          expect(Object.fromEntries(rows.map((row) => [row.name, row.type]))).toEqual(
            definition.columns,
          );
          const materialized = rows.filter((row) => row.default_type === 'MATERIALIZED');
          expect(materialized.map((row) => row.name)).toEqual(definition.materialized);
        });
      }
    });

    describe('write and read', () => {
      it('gives back every column of a span, once, however often it was sent', async () => {
        const { writer, reader } = tested.store;
        const span = fullSpan(1, 1);
        const batch = batchOf('traces', {
          tenant: 'full',
          rows: [tableRows('otel_spans', [span])],
        });
        await writer.write(batch);
        await writer.write(batch);
        const found = await reader.rows(
          selectAll(spans, spansBetween('full', startNano, startNano + hourNano)),
        );
        expect(found).toEqual([{ tenant: 'full', ...asRead(span) }]);
      });

      it('has what it acknowledged, and calls committed once', async () => {
        const { writer, reader } = tested.store;
        let committed = 0;
        const writes = Array.from({ length: 50 }, (_, i) =>
          writer.write(
            batchOf('logs', {
              tenant: 'many',
              rows: [tableRows('otel_logs', [logAt(i)])],
              committed: () => committed++,
            }),
          ),
        );
        await Promise.all(writes);
        expect(committed).toBe(50);
        expect(await count(reader, 'many')).toBe(50n);
        expect(writer.queue).toMatchObject({ bytes: 0, batches: 0 });
      });

      it('keeps tenants apart, also in one group', async () => {
        const { writer, reader } = tested.store;
        await Promise.all(
          ['a', 'b', 'a'].map((tenant, i) =>
            writer.write(batchOf('logs', { tenant, rows: [tableRows('otel_logs', [logAt(i)])] })),
          ),
        );
        expect(await count(reader, 'a')).toBe(2n);
        expect(await count(reader, 'b')).toBe(1n);
        expect(await count(reader, 'c')).toBe(0n);
      });

      it('stores the bits of a stale marker', async () => {
        const { writer, reader } = tested.store;
        const rows = tableRows('otel_samples', [
          {
            bucket: 1,
            name: 'up',
            series_id: 1n,
            time: [3_600_000, 3_601_000],
            value: [1, 0],
            has_stale: 1,
          },
        ]);
        const values = rows.columns.value as ArrayColumn;
        const element = values.elements[0];
        if (element?.kind !== 'fixed') throw new Error('expected a fixed column');
        element.data.length = 8;
        element.data.u64(2, 0x7ff00000);
        await writer.write(batchOf('metrics', { tenant: 'stale', rows: [rows] }));
        const blocks = [];
        for await (const block of reader.blocks({
          columns: [{ expr: column('value') }],
          from: source(samples),
          where: samplesBetween('stale', 3_600_000, 3_601_000),
        })) {
          blocks.push(block);
        }
        const values0 = blocks[0]?.columns[0] as { values: Float64Array };
        const bits = new BigUint64Array(values0.values.slice().buffer);
        expect(bits[1]).toBe(0x7ff0000000000002n);
      });

      it('reads back any text and number that a query holds', async () => {
        const values: LiteralValue[] = [
          "it's",
          'a\\b',
          "\\'; DROP TABLE otel_logs; --",
          'tab\tline\ncr\rnul\0bell\x07esc\x1b',
          'ä€🙂\u0085\u007f',
          '%_`"{}?',
          '',
          1.5,
          -0.1,
          5e-324,
          Number.MAX_VALUE,
          Number.POSITIVE_INFINITY,
          2n ** 64n - 1n,
          -(2n ** 63n),
        ];
        const [row] = await tested.store.reader.rows({
          columns: values.map((value, i) => as(literal(value), `v${i}`)),
        });
        expect(Object.values(row ?? {})).toEqual(values);
        const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
        const [fixed] = await tested.store.reader.rows({
          columns: [as(call('toFixedString', literal(bytes), literal(256)), 'b')],
        });
        expect(fixed).toEqual({ b: bytes });
      });

      it('flush commits what waits', async () => {
        const { writer, reader } = tested.store;
        const write = writer.write(
          batchOf('logs', { tenant: 'flush', rows: [tableRows('otel_logs', [logAt(1)])] }),
        );
        await writer.flush();
        expect(await count(reader, 'flush')).toBe(1n);
        await write;
      });
    });

    describe('failures', () => {
      it('one bad batch does not fail its neighbours', async () => {
        const { writer, reader } = tested.store;
        const good = (i: number) =>
          writer.write(
            batchOf('logs', { tenant: 'bad', rows: [tableRows('otel_logs', [logAt(i)])] }),
          );
        const unknown = batchOf('logs', {
          tenant: 'bad',
          rows: [{ table: 'otel_logs', columns: { no_such_column: textColumn('x') } }],
        });
        const results = await Promise.allSettled([good(1), writer.write(unknown), good(2)]);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        const reason = (results[1] as PromiseRejectedResult).reason;
        expect(reason).toBeInstanceOf(OperationError);
        expect(reason).toMatchObject({ code: 'store_rejected', retryable: false });
        expect(await count(reader, 'bad')).toBe(2n);
      });

      it('bytes that make no sense do not fail their neighbours either', async () => {
        const { writer, reader } = tested.store;
        const good = tableRows('otel_logs', [logAt(1)]);
        const cut = tableRows('otel_logs', [logAt(2)]);
        (cut.columns.body as StringColumn).data.length -= 3;
        const results = await Promise.allSettled(
          [good, cut].map((rows) => writer.write(batchOf('logs', { tenant: 'cut', rows: [rows] }))),
        );
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
        expect((results[1] as PromiseRejectedResult).reason).toMatchObject({
          code: 'store_rejected',
        });
        expect(await count(reader, 'cut')).toBe(1n);
      });

      it('an answer with too many rows is refused', async () => {
        const error = await caught(
          tested.store.reader.rows(numbers(1000), { maxRows: 10 }),
          InputError,
        );
        expect(error).toMatchObject({ code: 'limit_rows' });
        expect(error.message).toContain('query.max_rows');
      });

      it('a query over its time is ended', async () => {
        const error = await caught(
          tested.store.reader.rows(endless, { timeoutMs: 300 }),
          OperationError,
        );
        expect(error).toMatchObject({ code: 'query_timeout', retryable: false });
        expect(error.message).toContain('query.timeout');
      });

      it('a query over its memory is refused', async () => {
        const grouped: Select = {
          columns: [{ expr: column('number') }, { expr: call('count') }],
          from: { kind: 'select', select: numbers(50_000_000) },
          groupBy: [column('number')],
        };
        const error = await caught(
          tested.store.reader.rows(grouped, { settings: { max_memory_usage: 50_000_000 } }),
          InputError,
        );
        expect(error).toMatchObject({ code: 'limit_memory' });
        expect(error.message).toContain('query.max_memory');
      });

      it('an exception after the answer began is still an exception', async () => {
        const select: Select = {
          columns: [
            as(call('throwIf', call('equals', column('number'), literal(3_000_000))), 'x'),
            { expr: column('number') },
          ],
          from: { kind: 'select', select: numbers(5_000_000) },
        };
        await expect(tested.store.reader.rows(select)).rejects.toThrow(/throwIf|Value passed/);
      });

      it('an aborted query ends in the engine', async () => {
        const abort = new AbortController();
        const tag = `abort-${name}`;
        const select: Select = {
          columns: [{ expr: call('sleepEachRow', literal(0.01)) }, as(literal(tag), 'tag')],
          from: { kind: 'select', select: numbers(100_000) },
          settings: { max_block_size: 10, function_sleep_max_microseconds_per_block: 0 },
        };
        const running = (): Promise<string> =>
          tested.ask(
            `SELECT count() FROM system.processes WHERE query LIKE '%${tag}%' AND query NOT LIKE '%processes%'`,
          );
        const read = caught(
          tested.store.reader.rows(select, { signal: abort.signal }),
          OperationError,
        );
        await expect.poll(running).toBe('1');
        abort.abort();
        expect(await read).toMatchObject({ code: 'query_canceled' });
        await expect.poll(running, { timeout: 5000 }).toBe('0');
      });
    });
  });
}

export const logAt = (i: number): PlainRow => ({
  stream_id: BigInt(i),
  time_unix_nano: startNano + BigInt(i),
  body: `line ${i}`,
});

/** Distinct log records of a tenant. */
export async function count(reader: Store['reader'], tenant: string): Promise<bigint> {
  const rows = await reader.rows<{ n: bigint }>({
    columns: [as(call('count'), 'n')],
    from: source(logs),
    where: logsBetween(tenant, startNano - hourNano, startNano + hourNano),
  });
  return rows[0]?.n ?? -1n;
}

const numbers = (limit: number): Select => ({
  columns: [{ expr: column('number') }],
  from: table('numbers', { database: 'system' }),
  limit,
});

const endless: Select = {
  columns: [as(call('count'), 'n')],
  from: table('numbers', { database: 'system' }),
  where: eq(call('sipHash64', column('number')), literal(1)),
};

const textColumn = (text: string): StringColumn => {
  const made = new StringColumn();
  made.appendText(text);
  return made;
};

export async function caught<E extends Error>(
  promise: Promise<unknown>,
  type: new (...args: never[]) => E,
): Promise<E> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof type)) throw error;
    return error;
  }
  throw new Error(`expected ${type.name}, nothing was thrown`);
}

// What a plain row looks like when it is read: maps as Map.
function asRead(row: PlainRow): Record<string, unknown> {
  const read = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(read);
    const isMap = typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
    return isMap ? new Map(Object.entries(value)) : value;
  };
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, read(value)]));
}
