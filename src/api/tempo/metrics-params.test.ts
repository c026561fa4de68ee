import { describe, expect, it } from 'vitest';
import { readMetricsRequest } from './metrics-params.ts';

const read = (query: string) =>
  readMetricsRequest({
    tenant: '',
    query: new URLSearchParams(query),
    signal: new AbortController().signal,
  });

describe('readMetricsRequest', () => {
  const second = 1_000_000_000n;
  const steps = (step: string, nano: bigint) =>
    it(`step ${step}`, () => expect(read(`step=${step}`).stepNano).toBe(nano));
  steps('60', 60n * second);
  steps('0.5', second / 2n);
  steps('60s', 60n * second);
  steps('1m30s', 90n * second);
  steps('1h', 3600n * second);
  steps('250ms', second / 4n);
  steps('1.5m', 90n * second);
  steps('0', 0n);

  it('takes seconds, nanoseconds and dates', () => {
    const times = ['1793491200', '1793491200000000000', '2026-11-01T00:00:00Z'];
    for (const time of times) expect(read(`start=${time}`).fromNano).toBe(1793491200n * second);
  });

  it('leaves out what is not given', () =>
    expect(read('q={}')).toEqual({
      tenant: '',
      query: '{}',
      fromNano: undefined,
      toNano: undefined,
      sinceNano: undefined,
      stepNano: undefined,
      exemplars: undefined,
    }));

  it('takes the query by both of its names', () => {
    expect(read('query={a}').query).toBe('{a}');
    expect(read('query={a}&q={b}').query).toBe('{b}');
    expect(read('since=10m').sinceNano).toBe(600n * second);
    expect(read('exemplars=7').exemplars).toBe(7);
    expect(read('exemplars=0').exemplars).toBeUndefined();
  });

  const refuses = (query: string) =>
    it(`refuses ${query}`, () =>
      expect(() => read(query)).toThrow(expect.objectContaining({ code: 'tempo_parameter' })));
  refuses('step=soon');
  refuses('step=-5s');
  refuses('step=5sx');
  refuses('start=yesterday');
  refuses('since=x');
  refuses('exemplars=-1');
});
