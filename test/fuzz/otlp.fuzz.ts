// Properties of the OTLP decoders: what they make of what was sent, and what they do with bytes that
// nobody should send.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecodeContext, decodeLogs, decodeMetrics, decodeTraces } from '#codec/otlp/decode.ts';
import { otlpJsonToProtobuf } from '#codec/otlp/json.ts';
import { InputError } from '#lib/errors.ts';
import { isUtf8 } from '#lib/utf8.ts';
import type { Batch, Signal } from '#model/batch.ts';
import type { Column } from '#model/column.ts';
import { rowsOf } from '../lib/columns.ts';
import { contextOf, samplesOf } from '../lib/decode-otlp.ts';
import { generateLogs, generateMetrics, generateTraces } from '../lib/generate.ts';
import { encodeOtlp, type Json, type JsonObject, logsOf } from '../lib/otlp-json.ts';

const decoders = { traces: decodeTraces, metrics: decodeMetrics, logs: decodeLogs };
const generators = { traces: generateTraces, metrics: generateMetrics, logs: generateLogs };
const signals = fc.constantFrom<Signal>('traces', 'metrics', 'logs');
const seeds = fc.integer({ min: 0, max: 1 << 20 });
const startUnixNano = 1_700_000_000_000_000_000n;

const bodyOf = (signal: Signal, seed: number, items: number): Uint8Array =>
  encodeOtlp(signal, generators[signal]({ seed, items, startUnixNano }));

/** Decodes, or is undefined when the bytes are refused as they should be. */
function tryDecode(signal: Signal, bytes: Uint8Array, context: DecodeContext) {
  try {
    return decoders[signal](bytes, context);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return undefined;
  }
}

/** What holds of every batch, whatever it was made of. */
function checkBatch(batch: Batch): void {
  for (const { table, columns } of [...batch.identities, ...batch.rows]) {
    const rows = new Set(Object.values(columns).map((column) => column.rows));
    expect(rows.size, table).toBe(1);
    for (const column of Object.values(columns)) checkColumn(column);
  }
}

function checkColumn(column: Column): void {
  if (column.kind === 'array') {
    for (const element of column.elements) {
      expect(element.rows).toBe(column.elementCount);
      checkColumn(element);
    }
  } else if (column.kind === 'string') {
    // The lengths must lead from value to value, each of them text.
    const { bytes, length } = column.data;
    let at = 0;
    let values = 0;
    for (; at < length; values++) {
      let size = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++] as number;
        size |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
      if (!isUtf8(bytes, at, at + size)) expect.fail('text that is not UTF-8');
      at += size;
    }
    expect([at, values]).toEqual([length, column.rows]);
  } else expect(Number.isInteger(column.rows)).toBe(true);
}

describe('the OTLP decoders', () => {
  it('answer random bytes with a batch or an InputError', () => {
    fc.assert(
      fc.property(signals, fc.uint8Array({ maxLength: 200 }), (signal, bytes) => {
        const result = tryDecode(signal, bytes, contextOf());
        if (result) checkBatch(result.batch);
      }),
    );
  });

  it('answer damaged bodies with a whole batch or an InputError, in bounded memory', () => {
    const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(signals, seeds, damage, (signal, seed, changes) => {
        const bytes = bodyOf(signal, seed, 12);
        for (const [place, value] of changes) {
          bytes[Math.floor(place * (bytes.length - 1))] = value;
        }
        const result = tryDecode(signal, bytes, contextOf());
        if (!result) return;
        checkBatch(result.batch);
        // A data point of five bytes becomes some 200 of columns, with its series; no more than that.
        const columns = result.batch.rows.flatMap((rows) => Object.values(rows.columns));
        const written = columns.reduce((sum, column) => sum + column.byteLength, 0);
        expect(written).toBeLessThan(2000 + 100 * bytes.length);
      }),
    );
  });

  it('refuse bodies that are cut, unless at the end of a message', () => {
    fc.assert(
      fc.property(
        signals,
        seeds,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (signal, seed, at) => {
          const bytes = bodyOf(signal, seed, 8);
          const cut = bytes.subarray(0, Math.floor(at * bytes.length));
          const result = tryDecode(signal, cut, contextOf());
          if (result) checkBatch(result.batch);
        },
      ),
    );
  });

  it('take and reject as many items as were sent, wherever the limits are', () => {
    const limit = fc.bigInt({ min: startUnixNano - 2_000_000n, max: startUnixNano + 40_000_000n });
    fc.assert(
      fc.property(signals, seeds, fc.nat(30), limit, limit, (signal, seed, items, min, max) => {
        const context = contextOf({ minUnixNano: min, maxUnixNano: max });
        const { batch, rejection } = decoders[signal](bodyOf(signal, seed, items), context);
        checkBatch(batch);
        expect(batch.items + (rejection?.count ?? 0)).toBe(items);
      }),
    );
  });

  it('make the same of a body whatever they knew before', () => {
    fc.assert(
      fc.property(signals, seeds, (signal, seed) => {
        const context = contextOf();
        const bytes = bodyOf(signal, seed, 10);
        const first = decoders[signal](bytes, context).batch;
        first.committed?.();
        const again = decoders[signal](bytes, context).batch;
        expect(again.identities).toEqual([]);
        for (const { table } of first.rows) {
          expect(withoutArrival(rowsOf(again, table))).toEqual(
            withoutArrival(rowsOf(first, table)),
          );
        }
      }),
    );
  });
});

/** When it came in is never the same twice. */
const withoutArrival = (rows: readonly object[]) => rows.map((row) => ({ ...row, arrival: 0n }));

describe('decoded telemetry', () => {
  it('is the spans that were sent', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 20 }), (seed, items) => {
        const request = generateTraces({ seed, items, startUnixNano });
        const { batch } = decodeTraces(encodeOtlp('traces', request), contextOf());
        const sent = spansIn(request).map((span) => ({
          trace_id: span.traceId,
          span_id: span.spanId,
          name: span.name,
          start_unix_nano: BigInt(String(span.startTimeUnixNano)),
          duration_nano:
            BigInt(String(span.endTimeUnixNano)) - BigInt(String(span.startTimeUnixNano)),
        }));
        expect(rowsOf(batch, 'otel_spans')).toMatchObject(sent);
      }),
    );
  });

  it('is the values that were sent, of any type', () => {
    const values = fc.oneof(
      fc.string({ unit: 'binary' }).map((value) => [{ stringValue: value }, value, 0] as const),
      fc.boolean().map((value) => [{ boolValue: value }, String(value), 1] as const),
      fc
        .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
        .map((value) => [{ intValue: String(value) }, String(value), 2] as const),
      fc.double().map((value) => {
        const json = Number.isFinite(value) ? value : String(value);
        return [{ doubleValue: json }, String(value), 3] as const;
      }),
      fc.uint8Array().map((value) => {
        const text = Buffer.from(value).toString('base64');
        return [{ bytesValue: text }, text, 4] as const;
      }),
    );
    fc.assert(
      fc.property(values, ([body, text, type]) => {
        const { batch } = decodeLogs(encodeOtlp('logs', logsOf([{ body }])), contextOf());
        expect(rowsOf(batch, 'otel_logs')).toMatchObject([{ body: text, body_type: type }]);
      }),
    );
  });

  it('is nested values as JSON that says the same', () => {
    const { json } = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.boolean(),
        fc.constant(null),
        fc.maxSafeInteger(),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(fc.string({ minLength: 1 }), tie('json'), {
          maxKeys: 3,
          noNullPrototype: true,
        }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(json, { maxLength: 4 }), (list) => {
        const body = { arrayValue: { values: list.map(anyValueOf) } };
        const { batch } = decodeLogs(encodeOtlp('logs', logsOf([{ body }])), contextOf());
        const [row] = rowsOf(batch, 'otel_logs');
        expect(JSON.parse(String(row?.body))).toEqual(list);
      }),
    );
  });

  it('has a series for every sample', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { batch } = decodeMetrics(bodyOf('metrics', seed, 16), contextOf());
        const ids = new Set(rowsOf(batch, 'otel_series').map((row) => row.series_id));
        for (const table of ['otel_samples', 'otel_histograms', 'otel_exemplars'] as const) {
          for (const row of rowsOf(batch, table)) expect(ids.has(row.series_id)).toBe(true);
        }
        expect(Object.keys(samplesOf(batch)).length).toBeGreaterThan(8);
      }),
    );
  });
});

describe('OTLP JSON', () => {
  it('is converted, or refused with an InputError', () => {
    const texts = fc.oneof(fc.string(), fc.json(), seeds.map(damagedJson));
    fc.assert(
      fc.property(signals, texts, (signal, text) => {
        try {
          tryDecode(signal, otlpJsonToProtobuf(signal, text), contextOf());
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});

/** A good body with one place of its text replaced. */
function damagedJson(seed: number): string {
  const text = JSON.stringify(generateLogs({ seed, items: 3, startUnixNano }));
  const at = Math.imul(seed, 0x9e3779b1) >>> 0;
  const place = at % text.length;
  return text.slice(0, place) + ('0"{}[]:,n'[seed % 9] as string) + text.slice(place + 1);
}

function spansIn(request: JsonObject): JsonObject[] {
  const groups = request.resourceSpans as JsonObject[];
  return groups.flatMap(({ scopeSpans }) => (scopeSpans as JsonObject[])[0]?.spans as JsonObject[]);
}

function anyValueOf(value: Json): JsonObject {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return { intValue: String(value) };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValueOf) } };
  const values = Object.entries(value as JsonObject).map(([key, inner]) => ({
    key,
    value: anyValueOf(inner),
  }));
  return { kvlistValue: { values } };
}
