import { describe, expect, it } from 'vitest';
import { derivedSelector, toSeriesPoint } from './spans-behind.ts';

const pointOf = (query: string, labels: Record<string, string> = {}) => {
  const found = derivedSelector(query);
  return found && toSeriesPoint(found, { labels, timeMs: 600_000, stepMs: 15_000 });
};

describe('the spans behind a point', () => {
  const leads = (query: string, labels: Record<string, string>, expected: object) =>
    it(query, () => expect(pointOf(query, labels)).toEqual(expected));
  leads(
    'sum by (service) (rate(traces_spanmetrics_calls_total{status_code="STATUS_CODE_ERROR"}[2m]))',
    { service: 'a "b"' },
    {
      selector:
        'traces_spanmetrics_calls_total{status_code="STATUS_CODE_ERROR",service="a \\"b\\""}',
      timeMs: 600_000,
      windowMs: 120_000,
    },
  );
  leads(
    'up / traces_service_graph_request_total{client=~"a|b"} offset 1m',
    { client: 'a' },
    {
      selector: 'traces_service_graph_request_total{client=~"a|b",client="a"}',
      timeMs: 540_000,
      windowMs: 15_000,
    },
  );
  leads(
    'histogram_quantile(0.9, sum by (le) (rate({__name__="traces_spanmetrics_latency_bucket"}[5m])))',
    { __name__: 'x' },
    { selector: 'traces_spanmetrics_latency_bucket{}', timeMs: 600_000, windowMs: 300_000 },
  );

  it.each(['up', 'rate(traces_target_info[1m])', '1 + "a', ''])('not from %s', (query) =>
    expect(pointOf(query)).toBeUndefined(),
  );
});
