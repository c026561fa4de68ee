import { describe, expect, it } from 'vitest';
import {
  createScrapeHarness,
  type Show,
  scrapeConfigsOf,
  startMs,
} from '../../../test/lib/scrape-harness.ts';

const config = (keys = '', targets = "['a:1']") => `
global: {scrape_interval: 10s}
scrape_configs:
  - job_name: j
    static_configs: [{targets: ${targets}}]
    ${keys.split('\n').join('\n    ')}
`;

async function run(show: Show, yaml: string, scrapes: number) {
  const harness = createScrapeHarness(show);
  await harness.jobs.apply(scrapeConfigsOf(yaml));
  await harness.time.advance(scrapes * 10_000);
  expect(harness.bugs).toEqual([]);
  return harness;
}

const errorsOf = ({ jobs }: Awaited<ReturnType<typeof run>>): string[] =>
  jobs.targets().map(({ target }) => target.lastError);

const valuesInTurn =
  (...pages: (string | undefined)[]): Show =>
  () => {
    const body = pages.length > 1 ? pages.shift() : pages[0];
    return body === undefined ? undefined : { body };
  };

describe('a loop', () => {
  it('scrapes at its interval, from its place in the interval', async () => {
    const { log, jobs } = await run(() => ({ body: 'm 1\n' }), config(), 3);
    const times = log.of('m{').map(([timeMs]) => timeMs);
    expect(times).toHaveLength(3);
    const [first = 0] = times;
    expect(first).toBeGreaterThan(0);
    expect(times).toEqual([first, first + 10_000, first + 20_000]);
    const [{ target } = { target: undefined }] = jobs.targets();
    expect(target).toMatchObject({ health: 'up', lastError: '', url: 'http://a:1/metrics' });
    expect(target?.lastScrapeMs).toBe(startMs + first + 20_000);
  });

  it('spreads targets over the interval', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `'t${i}:1'`).join(',');
    const { log } = await run(() => ({ body: 'm 1\n' }), config('', `[${names}]`), 1);
    const tenths = new Set(log.of('m{').map(([timeMs]) => Math.floor(timeMs / 1000)));
    expect(tenths.size).toBeGreaterThan(7);
  });

  it('reports on itself', async () => {
    const { log } = await run(
      valuesInTurn('a 1\nb 2\n', 'a 1\nb 2\nc 3\n'),
      config('metric_relabel_configs: [{source_labels: [__name__], regex: b, action: drop}]'),
      2,
    );
    const report = (name: string) => log.valuesOf(`${name}{`);
    expect(report('up')).toEqual([1, 1]);
    expect(report('scrape_samples_scraped')).toEqual([2, 3]);
    expect(report('scrape_samples_post_metric_relabeling')).toEqual([1, 2]);
    expect(report('scrape_series_added')).toEqual([1, 1]);
    expect(report('scrape_duration_seconds')).toEqual([0, 0]);
    expect(log.series()).toContain('up{instance="a:1",job="j"}');
    expect(report('scrape_timeout_seconds')).toEqual([]);
  });

  it('reports more with extra_scrape_metrics', async () => {
    const yaml = config('extra_scrape_metrics: true\nsample_limit: 7\nbody_size_limit: 1KB');
    const { log } = await run(() => ({ body: 'a 1\n' }), yaml, 1);
    expect(log.valuesOf('scrape_timeout_seconds{')).toEqual([10]);
    expect(log.valuesOf('scrape_sample_limit{')).toEqual([7]);
    expect(log.valuesOf('scrape_body_size_bytes{')).toEqual([4]);
  });
});

describe('stale markers', () => {
  it('end a series that is not on the next page', async () => {
    const { log } = await run(valuesInTurn('a 1\nb 1\n', 'b 2\n', 'a 3\nb 3\n'), config(), 3);
    expect(log.valuesOf('a{')).toEqual([1, 'stale', 3]);
    expect(log.valuesOf('b{')).toEqual([1, 2, 3]);
  });

  it('end all series of a target that is down', async () => {
    const harness = await run(valuesInTurn('a 1\nb 1\n', undefined, undefined), config(), 3);
    expect(harness.log.valuesOf('a{')).toEqual([1, 'stale']);
    expect(harness.log.valuesOf('up{')).toEqual([1, 0, 0]);
    expect(errorsOf(harness)).toEqual(['cannot GET http://a:1/metrics: connect ECONNREFUSED']);
  });

  it('end all series when a page breaks off, and none of its samples is written', async () => {
    const harness = await run(valuesInTurn('a 1\nb 1\n', 'a 2\n!\n', 'a 3\nb 3\n'), config(), 3);
    expect(harness.log.valuesOf('a{')).toEqual([1, 'stale', 3]);
    expect(harness.log.valuesOf('b{')).toEqual([1, 'stale', 3]);
    expect(harness.log.valuesOf('up{')).toEqual([1, 0, 1]);
  });

  it('say where the page is wrong', async () => {
    const harness = await run(() => ({ body: 'a 1\nb x\n' }), config(), 1);
    expect(errorsOf(harness)).toEqual([
      'line 2, column 3: expected the value of the sample, found "x"',
    ]);
    expect(harness.jobs.targets()[0]?.target.health).toBe('down');
  });

  it('go with a line in scrape_failure_log_file', async () => {
    const { failures } = await run(() => undefined, config('scrape_failure_log_file: f.log'), 1);
    expect(failures).toMatchObject([
      { file: expect.stringMatching(/f\.log$/), job: 'j', url: 'http://a:1/metrics' },
    ]);
    expect((await run(() => undefined, config(), 1)).failures).toEqual([]);
  });

  it('do not end a series that is written in another way', async () => {
    const pages = valuesInTurn('a{x="1",y="2"} 1\n', 'a{y="2",x="1"} 2\n', 'a{x="1",y="2"} 3\n');
    const { log } = await run(pages, config(), 3);
    expect(log.valuesOf('a{')).toEqual([1, 2, 3]);
  });

  it('do not end series with timestamps of their own, unless asked to', async () => {
    const show = () => valuesInTurn(`a 1 ${startMs}\n`, 'b 1\n');
    const { log } = await run(show(), config(), 2);
    expect(log.of('a{')).toEqual([[0, 1]]);
    const tracked = await run(show(), config('track_timestamps_staleness: true'), 2);
    expect(tracked.log.valuesOf('a{')).toEqual([1, 'stale']);
  });

  it('end a target that is gone, after two intervals', async () => {
    const harness = await run(() => ({ body: 'a 1\n' }), config('', "['a:1', 'b:1']"), 1);
    await harness.jobs.apply(scrapeConfigsOf(config()));
    await harness.time.advance(40_000);
    const gone = harness.log.of('a{instance="b:1"');
    expect(gone.map(([, value]) => value)).toEqual([1, 'stale']);
    expect(gone[1]?.[0]).toBe((gone[0]?.[0] ?? 0) + 10_000);
    expect(harness.log.valuesOf('up{instance="b:1"')).toEqual([1, 'stale']);
    expect(harness.log.valuesOf('a{instance="a:1"')).not.toContain('stale');
  });

  it('are not written when the program stops', async () => {
    const { jobs, shutdown, log, time } = await run(() => ({ body: 'a 1\n' }), config(), 2);
    shutdown.abort();
    await jobs.stop();
    await time.advance(60_000);
    expect(log.valuesOf('a{')).toEqual([1, 1]);
  });
});

describe('a reload', () => {
  it('after the stop starts nothing', async () => {
    const harness = createScrapeHarness(() => ({ body: 'a 1\n' }));
    harness.shutdown.abort();
    await harness.jobs.stop();
    await harness.jobs.apply(scrapeConfigsOf(config()));
    expect(harness.jobs.pools()).toEqual([]);
  });

  it('that fails does not keep the next from being taken', async () => {
    const harness = createScrapeHarness(() => ({ body: 'a 1\n' }));
    const broken = [undefined] as unknown as ReturnType<typeof scrapeConfigsOf>;
    await expect(harness.jobs.apply(broken)).rejects.toThrow(TypeError);
    await harness.jobs.apply(scrapeConfigsOf(config()));
    expect(harness.jobs.pools()).toEqual(['j']);
    harness.shutdown.abort();
    await harness.jobs.stop();
  });

  it('keeps the loops of jobs that stay the same', async () => {
    const { jobs, log, time } = await run(() => ({ body: 'a 1\n' }), config(), 1);
    const [before] = jobs.targets();
    await jobs.apply(scrapeConfigsOf(`# another comment\n${config()}`));
    expect(jobs.targets()[0]?.target).toBe(before?.target);
    await time.advance(20_000);
    expect(log.valuesOf('a{')).toEqual([1, 1, 1]);
  });

  it('ends no series that the changed job has, too', async () => {
    const { jobs, log, time } = await run(() => ({ body: 'a 1\n' }), config(), 2);
    await jobs.apply(scrapeConfigsOf(config('sample_limit: 5')));
    await time.advance(20_000);
    const drop = 'metric_relabel_configs: [{regex: nothing, action: labeldrop}]';
    await jobs.apply(scrapeConfigsOf(config(drop)));
    await time.advance(60_000);
    expect(log.valuesOf('a{')).not.toContain('stale');
    expect(log.valuesOf('up{')).not.toContain('stale');
    expect(log.valuesOf('scrape_series_added{').slice(0, 4)).toEqual([1, 0, 0, 0]);
  });

  it('ends what the changed job does not have any more', async () => {
    const { jobs, log, time } = await run(() => ({ body: 'a 1\nb 1\n' }), config(), 2);
    const drop = 'metric_relabel_configs: [{source_labels: [__name__], regex: b, action: drop}]';
    await jobs.apply(scrapeConfigsOf(config(drop)));
    await time.advance(60_000);
    expect(log.valuesOf('b{')).toEqual([1, 1, 'stale']);
    expect(log.valuesOf('a{')).not.toContain('stale');
  });
});

describe('labels', () => {
  const page = 'm{job="mine",instance="i",x="1"} 1\n';

  it('of the target win, those of the page become exported_', async () => {
    const { log } = await run(() => ({ body: page }), config(), 1);
    expect(log.series()).toContain(
      'm{exported_instance="i",exported_job="mine",instance="a:1",job="j",x="1"}',
    );
  });

  it('of the page win with honor_labels', async () => {
    const { log } = await run(() => ({ body: page }), config('honor_labels: true'), 1);
    expect(log.series()).toContain('m{instance="i",job="mine",x="1"}');
  });

  it('are relabelled before the scrape and after it', async () => {
    const keys = `
relabel_configs:
  - {source_labels: [__address__], target_label: host, regex: '(.*):.*'}
  - {target_label: __metrics_path__, replacement: /m}
  - {target_label: __param_q, replacement: 'a b'}
metric_relabel_configs:
  - {source_labels: [x], target_label: z}
  - {regex: x, action: labeldrop}`;
    const { log, jobs } = await run(() => ({ body: 'm{x="1"} 1\n' }), config(keys), 1);
    expect(log.series()).toContain('m{host="a",instance="a:1",job="j",z="1"}');
    expect(jobs.targets()[0]?.target.url).toBe('http://a:1/m?q=a+b');
  });

  it('that make no target are counted, not scraped', async () => {
    const drop = 'relabel_configs: [{source_labels: [__address__], regex: "a:.*", action: drop}]';
    const { jobs } = await run(() => ({ body: 'm 1\n' }), config(drop), 1);
    expect(jobs.targets()).toEqual([]);
    expect(jobs.dropped()).toMatchObject([{ scrapePool: 'j' }]);
  });

  it('that are not valid fail the scrape', async () => {
    const legacy = config('metric_name_validation_scheme: legacy');
    const harness = await run(() => ({ body: '{"a.b"} 1\n' }), legacy, 1);
    expect(errorsOf(harness)[0]).toContain('invalid metric name or label names');
    const named = await run(
      () => ({ body: 'a 1\n' }),
      config('metric_relabel_configs: [{regex: __name__, action: labeldrop}]'),
      1,
    );
    expect(errorsOf(named)).toEqual(['missing metric name (__name__ label)']);
  });
});

describe('limits', () => {
  const cases: [string, string, string][] = [
    ['sample_limit: 2', 'a 1\nb 1\nc 1\n', 'sample_limit exceeded (limit: 2)'],
    [
      'label_limit: 3',
      'm{x="1",y="2"} 1\n',
      'label_limit exceeded (metric: m, number of labels: 5, limit: 3)',
    ],
    [
      'label_name_length_limit: 8',
      'm{abcdefghi="1"} 1\n',
      'label_name_length_limit exceeded (metric: m, label name: abcdefghi, length: 9, limit: 8)',
    ],
    [
      'label_value_length_limit: 5',
      'm{x="abcdef"} 1\n',
      'label_value_length_limit exceeded (metric: m, label name: x, value: "abcdef", length: 6, limit: 5)',
    ],
  ];
  for (const [keys, body, error] of cases) {
    it(keys, async () => {
      const harness = await run(() => ({ body }), config(keys), 1);
      expect(errorsOf(harness)).toEqual([error]);
      expect(harness.log.valuesOf('up{')).toEqual([0]);
      expect(harness.log.series().some((series) => /^[abcm]\{/.test(series))).toBe(false);
    });
  }

  it('sample_limit counts what relabelling leaves', async () => {
    const keys = `sample_limit: 1
metric_relabel_configs: [{source_labels: [__name__], regex: b, action: drop}]`;
    const { log } = await run(() => ({ body: 'a 1\nb 1\n' }), config(keys), 1);
    expect(log.valuesOf('up{')).toEqual([1]);
  });

  it('target_limit fails every target of the job', async () => {
    let asked = 0;
    const show: Show = () => {
      asked++;
      return { body: 'a 1\n' };
    };
    const harness = await run(show, config('target_limit: 1', "['a:1','b:1']"), 1);
    expect(asked).toBe(0);
    expect(errorsOf(harness)).toEqual(
      Array(2).fill('target_limit exceeded (number of targets: 2, limit: 1)'),
    );
  });
});

describe('timestamps', () => {
  it('of the page are taken, each once', async () => {
    const { log } = await run(() => ({ body: `a 1 ${startMs + 5}\n` }), config(), 3);
    expect(log.of('a{')).toEqual([[5, 1]]);
    expect(log.valuesOf('up{')).toEqual([1, 1, 1]);
  });

  it('are those of the scrape without honor_timestamps', async () => {
    const { log } = await run(
      () => ({ body: `a 1 ${startMs + 5}\n` }),
      config('honor_timestamps: false'),
      2,
    );
    expect(log.valuesOf('a{')).toEqual([1, 1]);
    expect(log.of('a{')[0]?.[0]).not.toBe(5);
  });

  it('too far ahead are not taken', async () => {
    const { log } = await run(() => ({ body: `a 1 ${startMs * 2}\nb 1\n` }), config(), 1);
    expect(log.valuesOf('a{')).toEqual([]);
    expect(log.valuesOf('up{')).toEqual([1]);
  });

  it('a series twice on a page counts once', async () => {
    const { log } = await run(() => ({ body: 'a 1\na 2\n' }), config(), 2);
    expect(log.valuesOf('a{')).toEqual([1, 1]);
  });
});

describe('pages', () => {
  it('without a Content-Type need a fallback', async () => {
    const show: Show = () => ({ body: 'a 1\n', contentType: '' });
    const harness = await run(show, config(), 1);
    expect(errorsOf(harness)[0]).toContain('sends no Content-Type');
    const { log } = await run(show, config('fallback_scrape_protocol: PrometheusText0.0.4'), 1);
    expect(log.valuesOf('a{')).toEqual([1]);
  });

  it('with another status fail', async () => {
    const harness = await run(() => ({ status: 503, body: 'a 1\n' }), config(), 1);
    expect(errorsOf(harness)).toEqual(['server returned HTTP status 503 Service Unavailable']);
  });

  it('are asked for by the protocols of the job', async () => {
    let headers: unknown;
    const show: Show = (request) => {
      headers = request.headers;
      return { body: '' };
    };
    const { log } = await run(show, config('scrape_protocols: [OpenMetricsText1.0.0]'), 1);
    expect(headers).toMatchObject({
      accept: 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.5',
      'accept-encoding': 'gzip',
      'x-prometheus-scrape-timeout-seconds': '10',
    });
    expect(log.valuesOf('up{')).toEqual([1]);
  });
});
