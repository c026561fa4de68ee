// OTLP examples of other makers: the official ones, and the cases of Fluent Bit. They are not part of
// this repository: read where the folder exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeLogs, decodeMetrics, decodeTraces } from '#codec/otlp/decode.ts';
import { otlpJsonToProtobuf } from '#codec/otlp/json.ts';
import { InputError } from '#lib/errors.ts';
import type { Signal } from '#model/batch.ts';
import { contextOf } from '../../lib/decode-otlp.ts';

const folder = join(import.meta.dirname, '../../../../shared/conformance/otlp');
const isThere = existsSync(folder);
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

const decoders = { traces: decodeTraces, metrics: decodeMetrics, logs: decodeLogs };
const itemNames = /^(spans|log_?[rR]ecords|data_?[pP]oints)$/;

const signalOf = (text: string): Signal =>
  /resource_?[sS]pans/.test(text) ? 'traces' : /resource_?[lL]ogs/.test(text) ? 'logs' : 'metrics';

/** The spans, log records or data points anywhere in a request. */
function countItems(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, inner]) =>
      sum + (itemNames.test(name) && Array.isArray(inner) ? inner.length : countItems(inner)),
    0,
  );
}

function decodeText(text: string, signal = signalOf(text)) {
  const { batch, rejection } = decoders[signal](otlpJsonToProtobuf(signal, text), contextOf());
  return { items: batch.items, rejected: rejection?.count ?? 0 };
}

describe.skipIf(!isThere)('examples (skipped: ../shared/conformance/otlp is not here)', () => {
  const files = (path: string): string[] =>
    readdirSync(join(folder, path))
      .filter((name) => /(?<!\.out)\.json$/.test(name))
      .map((name) => `${path}/${name}`);

  const inputs = isThere
    ? [...files('examples'), ...files('fluent-bit-cases/in_opentelemetry/tests/data_files')]
    : [];
  it.each(inputs)('%s is taken whole', (path) => {
    const text = read(path);
    const items = countItems(JSON.parse(text));
    expect(items).toBeGreaterThan(0);
    expect(decodeText(text)).toEqual({ items, rejected: 0 });
  });

  it.each(isThere ? (['traces', 'metrics', 'logs'] as const) : [])(
    'every case of Fluent Bit for %s is counted or refused as a whole',
    (signal) => {
      const cases: Record<string, { input: unknown }> = JSON.parse(
        read(`fluent-bit-cases/${signal}.json`),
      );
      let taken = 0;
      for (const [name, { input }] of Object.entries(cases)) {
        const text = JSON.stringify(input);
        try {
          const { items, rejected } = decodeText(text, signal);
          expect(items + rejected, name).toBe(countItems(input));
          taken++;
        } catch (error) {
          expect(error, name).toBeInstanceOf(InputError);
          expect(name).not.toMatch(/^valid_(?!invalid)/);
        }
      }
      expect(taken).toBeGreaterThan(5);
    },
  );
});
