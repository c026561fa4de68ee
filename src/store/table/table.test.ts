import { describe, expect, it } from 'vitest';
import { print, printExpression } from '#sql/print.ts';
import { type Expr, star } from '#sql/tree.ts';
import { deltaSamplesBetween } from './delta-samples.ts';
import { tables } from './index.ts';
import { logsBetween } from './logs.ts';
import { samples, samplesBetween } from './samples.ts';
import { scopesBetween } from './scopes.ts';
import { seriesBetween } from './series.ts';
import { spans, spansBetween } from './spans.ts';
import { source } from './table.ts';

const hourNano = 3_600_000_000_000n;
const hourMs = 3_600_000;

describe('conditions', () => {
  const is = (name: string, expr: Expr, ...lines: string[]) =>
    it(name, () => expect(printExpression(expr)).toBe(`(${lines.join(' AND ')})`));
  is(
    'spans: hours and the exact time',
    spansBetween("o'b", 10n * hourNano + 5n, 12n * hourNano),
    "(tenant = 'o\\'b')",
    '((bucket >= 10) AND (bucket <= 12))',
    '(start_unix_nano >= 36000000000005)',
    '(start_unix_nano < 43200000000000)',
  );
  is(
    'logs before 1970: hours are cut towards zero',
    logsBetween('', -2n * hourNano - 1n, 1n),
    "(tenant = '')",
    '((bucket >= (-2)) AND (bucket <= 0))',
    '(time_unix_nano >= (-7200000000001))',
    '(time_unix_nano < 1)',
  );
  is(
    'scopes: days',
    scopesBetween('', 47n * hourNano, 49n * hourNano),
    "(tenant = '')",
    '((day >= 1) AND (day <= 2))',
  );
  is(
    'series: days',
    seriesBetween('', 47 * hourMs, 49 * hourMs),
    "(tenant = '')",
    '((day >= 1) AND (day <= 2))',
  );
  is(
    'samples: hours only',
    samplesBetween('', hourMs - 1, hourMs),
    "(tenant = '')",
    '((bucket >= 0) AND (bucket <= 1))',
  );
  is(
    'delta samples: both ends',
    deltaSamplesBetween('', -1500, 1500),
    "((tenant = '') AND ((bucket >= 0) AND (bucket <= 0)))",
    "(time >= fromUnixTimestamp64Milli(CAST((-1500), 'Int64'), 'UTC'))",
    "(time <= fromUnixTimestamp64Milli(CAST(1500, 'Int64'), 'UTC'))",
  );
});

describe('source', () => {
  it('removes repeats where the engine does not by itself', () => {
    expect(print({ columns: [{ expr: star }], from: source(spans, 's') })).toBe(
      'SELECT *\nFROM otel_spans AS s FINAL',
    );
    expect(print({ columns: [{ expr: star }], from: source(samples) })).toBe(
      'SELECT *\nFROM otel_samples',
    );
  });
});

describe('tables', () => {
  it('have a tenant, and a column for the day or hour', () => {
    for (const { columns, partition } of tables) {
      expect(Object.keys(columns)).toEqual(expect.arrayContaining(['tenant', partition]));
    }
  });
});
