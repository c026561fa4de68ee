// SQL of metrics functions, as golden files, and what becomes of its rows.
import { describe, expect, it } from 'vitest';
import type { StoredOrigin } from '#model/stored-span.ts';
import { print } from '#sql/print.ts';
import { check } from '../check/check.ts';
import { nil, text } from '../eval/value.ts';
import { instantInterval, intervalsBetween } from '../metrics/interval.ts';
import { type MetricsPlan, planMetrics } from '../metrics/plan.ts';
import { parse } from '../syntax/parse.ts';
import { compileCells } from './metrics.ts';

const hour = intervalsBetween({
  fromNano: 1_700_000_000_000_000_000n,
  toNano: 1_700_003_600_000_000_000n,
  stepNano: 60_000_000_000n,
});

function planOf(query: string): MetricsPlan {
  const { root } = check(parse(query)).query;
  const node = root.kind === 'metrics' ? planMetrics(root) : undefined;
  if (node?.kind !== 'function') throw new Error(`no function in ${query}`);
  return node.plan;
}

const compiled = (query: string, intervals = hour) => compileCells(planOf(query), intervals, '');

describe('cells', () => {
  const sql = (name: string, query: string, intervals = hour) =>
    it(name, async () => {
      const found = compiled(query, intervals);
      if (!found) throw new Error(`not compiled: ${query}`);
      await expect(`-- ${query}\n${print(found.select)}\n`).toMatchFileSnapshot(
        `./golden/metrics-${name}.sql`,
      );
    });
  sql('count-all', '{ } | count_over_time()');
  sql('rate-by-service-name', '{ status = error } | rate() by (resource.service.name)');
  sql(
    'rate-by-many',
    '{ } | rate() by (span.user, .zone, event.retry, kind, instrumentation:name)',
  );
  sql('max', '{ kind = server } | max_over_time(duration) by (name)');
  sql('sum', '{ kind = server } | sum_over_time(span.size)');
  sql(
    'quantile',
    '{ span.db.system != nil } | quantile_over_time(duration, .5, .99) by (span.db.system)',
  );
  sql('histogram-of-attribute', '{ } | histogram_over_time(span.size)');
  const { firstNano, endNano } = hour;
  sql('instant', '{ status = error } | count_over_time()', instantInterval(firstNano, endNano));
});

describe('what is left to evaluation', () => {
  const left = (query: string) => it(query, () => expect(compiled(query)).toBeUndefined());
  left('{ } > { } | rate()');
  left('{ rootName = "x" } | rate()');
  left('{ } | rate() by (rootServiceName)');
  left('{ span.a = span.b } | rate()');
  left('{ } | sum_over_time(resource.size)');
  left('{ } | max_over_time(event:timeSinceStart)');
  left('{ } | compare({ status = error })');
});

describe('memory', () => {
  it('a condition is taken to be selective: the careful way is there beside it', () => {
    const { careful } = compiled('{ status = error } | rate()') ?? {};
    expect(careful && print(careful)).toContain('FINAL');
  });
  it('all spans are counted carefully at once', () =>
    expect(compiled('{ } | rate()')).toMatchObject({ careful: undefined }));
});

describe('rows', () => {
  const origin: StoredOrigin = {
    resourceAttributes: new Map([
      ['service.name', 's'.repeat(300)],
      ['zone', '\x05["b"]'],
    ]),
    resourceDroppedAttributesCount: 0,
    resourceSchemaUrl: '',
    scopeName: 'lib',
    scopeVersion: '',
    scopeAttributes: new Map(),
    scopeDroppedAttributesCount: 0,
    scopeSchemaUrl: '',
  };
  const origins = new Map([[7n, origin]]);

  it('values of spans, and of their origins', () => {
    const found = compiled('{ } | rate() by (span.user, .zone, kind, instrumentation:name)');
    const row = { value0: '', present0: 0, value1: '', present1: 0, scope1: 7n, value2: 2 };
    expect(found?.scopeColumns).toEqual(['scope1', 'scope3']);
    expect(found?.toCell({ ...row, scope3: 7n, step: 3, count: 4n }, origins)).toEqual({
      group: [nil, text('b'), { type: 'kind', value: 'server' }, text('lib')],
      interval: 3,
      count: 4,
      sum: 0,
      min: 0,
      max: 0,
    });
  });

  it('a long name of a service is the whole one', () => {
    const found = compiled('{ } | rate() by (resource.service.name)');
    const long = { value0: 's'.repeat(256), scope0: 7n, step: 0, count: 1n };
    const short = { value0: 'shop', scope0: 0n, step: 0, count: 1n };
    expect(found?.toCell(long, origins).group).toEqual([text('s'.repeat(300))]);
    expect(found?.toCell(short, origins).group).toEqual([text('shop')]);
  });

  it('a bucket stays a number', () => {
    const found = compiled('{ } | histogram_over_time(duration)');
    const row = { bound: 1024, step: 0, count: 2n };
    expect(found?.toCell(row, origins)).toMatchObject({ bucket: 1024, count: 2 });
  });
});
