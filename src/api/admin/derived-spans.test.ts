import { describe, expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { createTempoClient } from '../../../test/lib/tempo-client.ts';
import { derivedSpansRoute } from './derived-spans.ts';

const dimensions = {
  spanMetrics: { intrinsics: [], dimensions: [], dimensionMappings: [] },
  serviceGraph: {
    dimensions: [],
    enableClientServerPrefix: false,
    peerAttributes: [],
    databaseNameAttributes: [],
  },
};
const clock = createManualClock(1_700_000_000_000);
const client = createTempoClient([derivedSpansRoute({ dimensions, clock })]);
const ask = async (params: Record<string, string>): Promise<unknown> =>
  (await client('/api/traces/of-series', Object.entries(params))).json();

const calls = 'traces_spanmetrics_calls_total';

describe('GET /api/traces/of-series', () => {
  it('answers a query, its range in seconds, and where the UI shows it', async () => {
    expect(
      await ask({ query: `(${calls}{service="a b"})`, time: '1700000100.5', window: '5m' }),
    ).toEqual({
      traceql: '{ resource.service.name = `a b` }',
      start: 1_699_999_800.5,
      end: 1_700_000_100.5,
      url: 'explore?mode=traces&q=%7B+resource.service.name+%3D+%60a+b%60+%7D&from=1699999800500&to=1700000100500',
    });
  });

  it('takes the name as a matcher, and the last minute', async () => {
    expect(await ask({ query: `{__name__="${calls}"}` })).toMatchObject({
      traceql: '{ }',
      start: 1_699_999_940,
      end: 1_700_000_000,
    });
  });

  it.each([
    [{}, "cannot read 'query'"],
    [{ query: `rate(${calls}[1m])` }, "cannot read 'query'"],
    [{ query: '{service="a"}' }, "cannot read 'query'"],
    [{ query: 'x{' }, 'parse error'],
    [{ query: calls, time: 'now' }, "cannot read 'time'"],
    [{ query: calls, window: 'x' }, 'no duration'],
    [{ query: 'up' }, 'cannot lead from the metric up to spans'],
  ])('refuses %j', async (params, message) => {
    await expect(ask(params)).rejects.toThrow(message);
  });
});
