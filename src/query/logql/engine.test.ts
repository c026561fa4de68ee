// What the engine refuses and limits; a reader that answers nothing is enough for that.
import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import type { StoreReader } from '#store/contract.ts';
import { createLogqlEngine } from './engine.ts';
import { defaultLogqlLimits } from './limits.ts';

const reader: StoreReader = {
  blocks: async function* () {},
  rows: async () => [],
};

const engineOf = (isStrict: boolean) =>
  createLogqlEngine({ reader, limits: defaultLogqlLimits, pushDown: 'auto', isStrict });
const common = { tenant: '', limit: 100, direction: 'backward' } as const;
const fiveSteps = {
  ...common,
  startNano: 7_500_000_000n,
  endNano: 21_000_000_000n,
  stepNano: 5_000_000_000n,
  intervalNano: 0n,
};
/** One stream with one line. */
const oneCount: StoreReader = {
  blocks: async function* () {
    const columns = [BigInt64Array.of(0n), Float64Array.of(1)];
    yield { rows: 1, names: ['slot', 'total'], columns };
  },
  rows: async <Row>() => {
    const none = new Map();
    const attributes = { resource_attributes: none, scope_attributes: none };
    const scope = { scope_name: '', scope_version: '', ...attributes };
    return [{ stream_id: 1n, labels: none, ...scope }] as Row[];
  },
};
const instant = (text: string, isStrict = false) =>
  engineOf(isStrict).query(text, { ...common, timeNano: 1_000_000_000n });
const range = (text: string, limit = 100) =>
  engineOf(false).queryRange(text, { ...fiveSteps, limit });

describe('results', () => {
  it('a literal is a scalar, vector() a vector', async () => {
    expect(await instant('1 + 1')).toMatchObject({ kind: 'scalar', value: 2 });
    const vector = await instant('vector(1)+vector(1)');
    expect(vector.kind === 'vector' && vector.series[0]?.values[0]).toBe(2);
  });
  it('a range is moved to multiples of the step', async () => {
    const result = await range('vector(7)');
    const grid = { startNano: 5_000_000_000n, stepNano: 5_000_000_000n, count: 5 };
    expect(result).toMatchObject({ kind: 'matrix', grid });
  });
  it('a division by zero is NaN', async () => {
    const result = await instant('vector(1) / 0');
    expect(result.kind === 'vector' && result.series[0]?.values[0]).toBeNaN();
  });
  it('a range of nothing holds nothing', async () => {
    const result = await engineOf(false).query('count_over_time({a="b"}[0s])', {
      ...common,
      timeNano: 1n,
    });
    expect(result).toMatchObject({ kind: 'vector', series: [] });
  });
  it('absence is seen where there is no stream', async () => {
    const result = await instant('absent_over_time({a="b", c=~"d", e="f", e!="g"}[5m])');
    expect(result.kind === 'vector' && result.series[0]?.labels).toEqual({ a: 'b' });
  });
});

describe('refusals', () => {
  const refused = (text: string, code: string, run: () => Promise<unknown>) =>
    it(text, async () => {
      await expect(run()).rejects.toBeInstanceOf(InputError);
      await expect(run()).rejects.toMatchObject({ code });
    });
  refused('{} if strict', 'logql_check', () => instant('rate({}[5m])', true));
  refused('log queries at an instant if strict', 'logql_check', () => instant('{a="b"}', true));
  refused('a bare line filter if strict', 'logql_parse', () => instant('|= "x"', true));
  refused('approx_topk over a range if strict', 'logql_instant_only', () =>
    engineOf(true).queryRange('approx_topk(3, rate({a="b"}[5m]))', fiveSteps),
  );
  refused('a cursor that is none', 'logql_cursor', () =>
    engineOf(false).queryRange('{a="b"}', { ...fiveSteps, cursor: '12.x' }),
  );
  refused('a longer range than query.max_length', 'limit_length', () =>
    engineOf(false).queryRange('{a="b"}', { ...fiveSteps, endNano: 722n * 3_600_000_000_000n }),
  );
  refused('a regular expression that is none', 'logql_parse', () => range('{a=~"["}'));
  refused('a matcher that leaves its quotes open', 'logql_parse', () => range('{a=~"\\\\Qb"}'));
  refused('too many entries', 'limit_entries', () => range('{a="b"}', 5001));
  refused('more points than query.max_samples', 'limit_samples', () =>
    createLogqlEngine({
      reader: oneCount,
      limits: { ...defaultLogqlLimits, samplesMax: 4 },
      pushDown: 'auto',
      isStrict: false,
    }).queryRange('sum(count_over_time({a="b"}[5s]))', fiveSteps),
  );
  it('with the key that helps', async () => {
    await expect(range('{a="b"}', 5001)).rejects.toThrow('(query.max_entries)');
    const strict = engineOf(true).queryRange('{a="b"}', { ...fiveSteps, limit: 5001 });
    await expect(strict).rejects.toThrow(/\(5001 > 5000\)$/);
  });
  it('not approx_topk at an instant', async () => {
    const result = await instant('approx_topk(1, vector(3))', true);
    expect(result.kind === 'vector' && result.series[0]?.values[0]).toBe(3);
  });
  it('not the supersets otherwise', async () => {
    expect(await instant('|= "x"')).toMatchObject({ kind: 'streams', entries: [] });
    expect(await range('{}')).toMatchObject({ kind: 'streams', entries: [] });
  });
});
