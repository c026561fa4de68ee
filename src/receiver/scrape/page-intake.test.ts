// What pages become in a batch, over several scrapes of one target.
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../test/lib/columns.ts';
import { encodeFamilies } from '../../../test/lib/metric-family.ts';
import { createScrapeHarness, scrapeConfigsOf } from '../../../test/lib/scrape-harness.ts';

const openMetrics = 'application/openmetrics-text; version=1.0.0';
const protobuf = 'application/vnd.google.protobuf';

async function scrape(contentType: string, pages: (string | Uint8Array)[], keys = '') {
  const left = [...pages];
  const harness = createScrapeHarness(() => ({
    contentType,
    body: (left.length > 1 ? left.shift() : left[0]) as string,
  }));
  await harness.jobs.apply(
    scrapeConfigsOf(`
global: {scrape_interval: 10s}
scrape_configs:
  - job_name: j
    static_configs: [{targets: ['a:1']}]
    ${keys.split('\n').join('\n    ')}
`),
  );
  await harness.time.advance(pages.length * 10_000);
  expect(harness.bugs).toEqual([]);
  const rows = (table: Parameters<typeof rowsOf>[1]) =>
    harness.log.batches.flatMap((batch) => rowsOf(batch, table));
  const [{ target } = { target: undefined }] = harness.jobs.targets();
  return { ...harness, rows, target };
}

describe('starts', () => {
  const page = (value: number, created: number) =>
    `# TYPE c counter\nc_total{x="1"} ${value}\nc_created{x="1"} ${created}\n# EOF\n`;

  it('of OpenMetrics stand behind the samples, and are series, too', async () => {
    const { rows, log } = await scrape(openMetrics, [
      page(1, 1700.5),
      page(2, 1700.5),
      page(1, 1800),
    ]);
    const starts = rows('otel_sample_starts').flatMap(({ start_time: start }) => start);
    expect(starts).toEqual([1_700_500, 1_700_500, 1_800_000]);
    expect(log.valuesOf('c_created{')).toEqual([1700.5, 1700.5, 1800]);
  });

  it('of histograms hold for all their series', async () => {
    const body =
      '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_count 2\nh_sum 3\nh_created 5\n# EOF\n';
    const { rows } = await scrape(openMetrics, [body]);
    expect(
      rows('otel_sample_starts')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['h_bucket', 'h_bucket', 'h_count', 'h_sum']);
  });

  it('of protobuf are in the message', async () => {
    const metrics = [{ value: 1, createdSeconds: 9 }];
    const body = encodeFamilies([{ name: 'c_total', type: 'counter', metrics }]);
    const { rows } = await scrape(protobuf, [body]);
    expect(rows('otel_sample_starts')).toMatchObject([{ name: 'c_total', start_time: [9000] }]);
  });
});

describe('exemplars', () => {
  const page = (exemplar: string) => `# TYPE c counter\nc_total 1 # ${exemplar}\n# EOF\n`;

  it('are stored once, while the page shows them, and never behind a newer one', async () => {
    const same = page('{t="a"} 1');
    const { rows } = await scrape(openMetrics, [
      same,
      same,
      page('{t="b"} 1'),
      page('{t="c"} 1 1600'),
    ]);
    expect(rows('otel_exemplars').map(({ attributes }) => attributes)).toEqual([
      { t: expect.anything() },
      { t: expect.anything() },
    ]);
  });
});

describe('times that no store keeps', () => {
  // Each day of such times would be a partition of its own.
  it.each(['-9e12', '9e12', '1900000000'])('are not taken: %s', async (seconds) => {
    const text = `# TYPE c counter\nc_total 1 # {t="a"} 1 ${seconds}\nd 1 ${seconds}\n# EOF\n`;
    const { rows } = await scrape(openMetrics, [text]);
    expect(rows('otel_exemplars')).toEqual([]);
    const names = rows('otel_samples').map(({ name }) => name);
    expect(names).toContain('c_total');
    expect(names).not.toContain('d');
  });
});

describe('native histograms', () => {
  const histogram = {
    count: 10,
    sum: 1,
    schema: 3,
    positiveSpans: [[1, 4]] as const,
    positiveDeltas: [1, 1, 1, 1],
  };
  const body = encodeFamilies([{ name: 'h', type: 'histogram', metrics: [{ histogram }] }]);
  const keys = 'scrape_native_histograms: true\n';

  it('are joined to fewer buckets by native_histogram_bucket_limit', async () => {
    const { rows } = await scrape(protobuf, [body], `${keys}native_histogram_bucket_limit: 2`);
    expect(rows('otel_histograms')).toMatchObject([
      { scale: 2, positive_spans: [1, 2], positive_counts: [3, 7] },
    ]);
  });

  it('are joined to wider buckets by native_histogram_min_bucket_factor', async () => {
    const { rows } = await scrape(protobuf, [body], `${keys}native_histogram_min_bucket_factor: 2`);
    expect(rows('otel_histograms')).toMatchObject([
      { scale: 0, positive_spans: [1, 1], positive_counts: [10] },
    ]);
  });

  it('that cannot be joined enough fail the scrape', async () => {
    const wide = {
      ...histogram,
      schema: -4,
      count: 4,
      positiveSpans: [
        [1, 1],
        [3, 1],
        [3, 1],
      ] as const,
    };
    const families = [
      {
        name: 'h',
        type: 'histogram' as const,
        metrics: [{ histogram: { ...wide, count: 6, positiveDeltas: [2, 0, 0] } }],
      },
    ];
    const limit = `${keys}native_histogram_bucket_limit: 2`;
    const { target } = await scrape(protobuf, [encodeFamilies(families)], limit);
    expect(target?.lastError).toBe('native_histogram_bucket_limit exceeded (limit: 2)');
  });
});

describe('convert_classic_histograms_to_nhcb', () => {
  const lines = (count: number) =>
    `h_bucket{x="1",le="1"} 1\nh_bucket{x="1",le="2.5"} 3\nh_bucket{x="1",le="+Inf"} ${count}\nh_sum{x="1"} 9\nh_count{x="1"} ${count}\n`;
  const page = (count: number) => `# TYPE h histogram\n${lines(count)}# TYPE g gauge\ng 1\n`;
  const keys = 'convert_classic_histograms_to_nhcb: true';

  it('makes one native histogram of the lines of a classic one', async () => {
    const { rows, log } = await scrape('text/plain', [page(4), page(5)], keys);
    expect(rows('otel_histograms')).toMatchObject([
      { scale: -53, count: 4, sum: 9, custom_bounds: [1, 2.5], positive_counts: [1, 2, 1] },
      { count: 5, positive_counts: [1, 2, 2] },
    ]);
    expect(log.valuesOf('scrape_samples_scraped{')).toEqual([2, 2]);
    expect(log.series().some((series) => series.startsWith('h_'))).toBe(false);
  });

  it('keeps the classic one with always_scrape_classic_histograms', async () => {
    const both = `${keys}\nalways_scrape_classic_histograms: true`;
    const { rows, log } = await scrape('text/plain', [page(4)], both);
    expect(rows('otel_histograms')).toHaveLength(1);
    expect(log.valuesOf('h_bucket{')).toEqual([1, 3, 4]);
  });

  it('makes nothing of counts that fall', async () => {
    const { rows, log } = await scrape('text/plain', [page(2)], keys);
    expect(rows('otel_histograms')).toEqual([]);
    expect(log.valuesOf('up{')).toEqual([1]);
  });

  it('ends with its lines', async () => {
    const { log } = await scrape('text/plain', [page(4), 'g 1\n'], keys);
    expect(log.valuesOf('h{')).toEqual(['stale']);
  });
});

describe('metadata', () => {
  it('is written when it is new or changed, and kept with the target', async () => {
    const page = (help: string) => `# HELP a ${help}\n# TYPE a gauge\na 1\n`;
    const { rows, target } = await scrape('text/plain', [page('x'), page('x'), page('y')]);
    expect(rows('otel_metric_metadata').map(({ help }) => help)).toEqual(['x', 'y']);
    expect(target?.metadata()).toEqual([{ metric: 'a', type: 'gauge', help: 'y', unit: '' }]);
  });
});

it('lines may come, go and change places', async () => {
  const line = (name: string, value: number) => `# TYPE ${name} gauge\n${name}{x="1"} ${value}\n`;
  const page = (names: string, value: number) =>
    [...names].map((name) => line(name, value)).join('');
  const { log } = await scrape('text/plain', [
    page('abcde', 1),
    page('abde', 2),
    page('edbaz', 3),
    page('abcdez', 4),
  ]);
  expect(log.valuesOf('a{')).toEqual([1, 2, 3, 4]);
  expect(log.valuesOf('c{')).toEqual([1, 'stale', 4]);
  expect(log.valuesOf('e{')).toEqual([1, 2, 3, 4]);
  expect(log.valuesOf('z{')).toEqual([3, 4]);
  expect(log.valuesOf('scrape_series_added{')).toEqual([5, 0, 1, 1]);
});
