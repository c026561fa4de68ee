import { describe, expect, it } from 'vitest';
import { text } from '#query/traceql/eval/value.ts';
import type { MetricsRequest } from '#query/traceql/metrics/answer.ts';
import type { HttpRequest } from '#server/route.ts';
import { spansCompareRoute } from './spans-compare.ts';

let asked: MetricsRequest | undefined;
const series = (type: string, value: string, count: number) => ({
  labels: [
    { name: '__meta_type', value: text(type) },
    { name: 'span.version', value: text(value) },
  ],
  samples: [{ timeMs: 0, value: count }],
  exemplars: [],
});
const { handle } = spansCompareRoute({
  metricsInstant: async (request) => {
    asked = request;
    return {
      series: [
        series('selection', '2', 4),
        series('baseline', '1', 6),
        series('selection_total', 'nil', 4),
        series('baseline_total', 'nil', 6),
      ],
      isPushed: true,
      inspectedSpans: 0,
    };
  },
});
const ask = (query: string) =>
  handle({ query: new URLSearchParams(query), tenant: 't' } as HttpRequest);

describe('GET /api/spans/compare', () => {
  it('asks compare() and ranks what it says', async () => {
    const answer = await ask(
      'q={ name = "a" }&selection={ status = error }&start=10&end=20&limit=5',
    );
    expect(asked).toMatchObject({
      tenant: 't',
      query: '{ name = "a" } | compare({ status = error }, 5)',
      fromNano: 10_000_000_000n,
      toNano: 20_000_000_000n,
    });
    expect(JSON.parse(String(answer.body))).toEqual({
      selection: 4,
      baseline: 6,
      attributes: [
        {
          attribute: 'span.version',
          score: 1,
          values: [
            {
              type: 'string',
              value: '2',
              selection: 4,
              baseline: 0,
              selectionShare: 1,
              baselineShare: 0,
            },
            {
              type: 'string',
              value: '1',
              selection: 0,
              baseline: 6,
              selectionShare: 0,
              baselineShare: 1,
            },
          ],
        },
      ],
    });
  });

  const refuses = (query: string, message: string) =>
    it(`refuses ${query}`, () =>
      expect(ask(query)).rejects.toMatchObject({ code: 'trace_analysis_request', message }));
  refuses('q={}', "the parameter 'selection' is missing");
  refuses('selection={}&start=x', "cannot read 'start': x");
  refuses(
    'q={ .a = }&selection={}',
    "cannot read 'q': parse error at line 1, col 8: syntax error: unexpected }",
  );
  refuses(
    'selection={ status = }',
    "cannot read 'selection': parse error at line 1, col 12: syntax error: unexpected }",
  );
  refuses(
    'selection={}, 5) | compare({}',
    "cannot read 'selection': parse error at line 1, col 3: syntax error: unexpected ,, expecting with",
  );
  refuses('selection={}&limit=0', "cannot read 'limit': 0");
});
