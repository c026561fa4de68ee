// promtool as a client, of ours and of a real Prometheus that was sent the same.
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeReal } from '../lib/real-programs.ts';
import { needCounterpart, type RealPrometheus, startPrometheus } from '../lib/real-prometheus.ts';
import { type RealSightline, startSightline } from '../lib/real-sightline.ts';

const promtool = (words: readonly string[], input?: string): string =>
  execFileSync(needCounterpart('promtool'), words, {
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });

describeReal('promtool', () => {
  let sightline: RealSightline;
  let prometheus: RealPrometheus;
  const at = Math.floor(Date.now() / 1000) - 60;

  beforeAll(async () => {
    [sightline, prometheus] = await Promise.all([startSightline(), startPrometheus()]);
  });
  afterAll(async () => {
    await prometheus?.stop();
    await sightline?.stop();
  });

  /** A page with the times of its samples, `turn` in 15 s. */
  const page = (turn: number): string => {
    const timeMs = (at - 300 + turn * 15) * 1000;
    const line = (name: string, value: number): string => `${name} ${value} ${timeMs}\n`;
    return [
      '# HELP pushed_requests_total Requests that were pushed.\n',
      '# TYPE pushed_requests_total counter\n',
      line('pushed_requests_total{code="200",path="/a b"}', turn * 30),
      line('pushed_requests_total{code="500",path="/c\\"d"}', turn * 2),
      '# TYPE pushed_wait_seconds histogram\n',
      line('pushed_wait_seconds_bucket{le="0.1"}', turn),
      line('pushed_wait_seconds_bucket{le="1"}', turn * 3),
      line('pushed_wait_seconds_bucket{le="+Inf"}', turn * 4),
      line('pushed_wait_seconds_sum', turn * 2.5),
      line('pushed_wait_seconds_count', turn * 4),
      '# TYPE pushed_temperature gauge\n',
      line('pushed_temperature', -1.5 + turn / 10),
    ].join('');
  };
  const urls = (): readonly [string, string] => [sightline.prometheus.url, prometheus.url];

  test('push metrics', () => {
    for (let turn = 0; turn <= 20; turn++) {
      for (const url of urls()) {
        const words = ['push', 'metrics', '--label=job=pushed', `${url}/api/v1/write`];
        expect(promtool(words, page(turn))).toMatch(/SUCCESS/);
      }
    }
  });

  /** The same words to both; what both print. */
  const printed = (words: (url: string) => readonly string[]): string => {
    const [ours, theirs] = urls().map((url) => rounded(promtool(words(url))));
    expect(ours).toBe(theirs);
    return ours as string;
  };
  /** The last digits are not the same everywhere. */
  const rounded = (text: string): string =>
    text.replace(/\d+\.\d+/g, (number) => String(Number(Number(number).toPrecision(12))));

  const queries = [
    'pushed_requests_total',
    'rate(pushed_requests_total[2m])',
    'histogram_quantile(0.5, rate(pushed_wait_seconds_bucket[2m]))',
    'pushed_temperature * 2',
    'sum(pushed_requests_total)',
    'time()',
  ];
  test.each(queries)('query instant: %s', (query) => {
    const text = printed((url) => ['query', 'instant', `--time=${at}`, url, query]);
    expect(text).toMatch(/=>|^scalar/);
    const json = printed((url) => ['query', 'instant', '-o', 'json', `--time=${at}`, url, query]);
    expect(JSON.parse(json)).not.toEqual([]);
  });

  test.each(queries)('query range: %s', (query) => {
    const times = [`--start=${at - 300}`, `--end=${at}`, '--step=30s'];
    const text = printed((url) => ['query', 'range', ...times, url, query]);
    expect(text.split('\n').length).toBeGreaterThan(10);
  });

  test('query series', () => {
    const times = [`--start=${at - 300}`, `--end=${at}`];
    const match = (url: string) => [
      ...['query', 'series', '--match=pushed_requests_total', '--match=pushed_temperature'],
      ...times,
      url,
    ];
    const [ours, theirs] = urls().map((url) => promtool(match(url)).split('\n').sort());
    expect(ours).toEqual(theirs);
    expect(ours).toHaveLength(4);
  });

  test('query labels', () => {
    const times = [`--start=${at - 300}`, `--end=${at}`];
    const values = (name: string): string =>
      printed((url) => ['query', 'labels', ...times, url, name]);
    expect(values('code')).toBe('200\n500\n');
    expect(values('__name__')).toContain('pushed_wait_seconds_bucket\n');
    expect(values('path')).toBe('/a b\n/c"d\n');
  });

  test('a wrong query ends with the same words', () => {
    const words = (url: string) => ['query', 'instant', url, 'sum('];
    const [ours, theirs] = urls().map((url) => {
      try {
        return promtool(words(url));
      } catch (error) {
        return (error as { stderr: string }).stderr;
      }
    });
    expect(ours).toBe(theirs);
  });

  test('check healthy and check ready', () => {
    // They fail where it is not.
    for (const what of ['healthy', 'ready']) {
      expect(promtool(['check', what, `--url=${sightline.prometheus.url}`])).toBe('');
    }
  });
});
