import { describe, expect, it } from 'vitest';
import type { StageConfig, StageMetric } from '#pipeline/log/stage-config.ts';
import { place, startStages } from '../../../test/lib/stages.ts';

const metric = (given: Partial<StageMetric>): StageMetric => ({
  type: 'counter',
  name: 'm',
  description: 'Lines.',
  prefix: 'promtail_custom_',
  source: undefined,
  value: undefined,
  action: 'inc',
  matchesAll: false,
  countsBytes: false,
  buckets: [],
  idleMsMax: 60_000,
  ...given,
});
const stages = (...metrics: StageMetric[]): StageConfig[] => [
  {
    kind: 'logfmt',
    place,
    mapping: [
      ['took', ''],
      ['level', ''],
    ],
    source: undefined,
  },
  { kind: 'metrics', place, metrics },
];
const values = (text: string): string[] =>
  text.split('\n').filter((line) => line.startsWith('promtail_custom'));

describe('metrics', () => {
  it('counts lines, bytes and values', async () => {
    const running = startStages(
      stages(
        metric({ name: 'lines', matchesAll: true }),
        metric({ name: 'bytes', matchesAll: true, countsBytes: true, action: 'add' }),
        metric({ name: 'errors', source: 'level', value: 'error' }),
        metric({ name: 'took', action: 'add' }),
      ),
    );
    await running.write(['level=error took=1.5s', 'level=info took=500ms', 'took=-1', 'ä'], {
      labels: { app: 'a', __hidden__: 'h' },
    });
    expect(values(running.text())).toEqual([
      'promtail_custom_lines{app="a"} 4',
      'promtail_custom_bytes{app="a"} 51',
      'promtail_custom_errors{app="a"} 1',
      'promtail_custom_took{app="a"} 2',
    ]);
    expect(running.text()).toContain('sightline_log_stage_failures_total{stage="metrics"} 1');
  });

  it('gauges are set, counted up and down', async () => {
    const gauge = (action: StageMetric['action']) =>
      metric({ type: 'gauge', name: action, source: 'took', action });
    const running = startStages(
      stages(...(['set', 'inc', 'dec', 'add', 'sub'] as const).map(gauge)),
    );
    await running.write(['took=3', 'took=4']);
    expect(values(running.text())).toEqual([
      'promtail_custom_set 4',
      'promtail_custom_inc 2',
      'promtail_custom_dec -2',
      'promtail_custom_add 7',
      'promtail_custom_sub -7',
    ]);
  });

  it('histograms observe', async () => {
    const running = startStages(
      stages(metric({ type: 'histogram', source: 'took', action: 'observe', buckets: [5, 1] })),
    );
    await running.write(['took=0.5', 'took=3', 'took=9']);
    expect(values(running.text())).toEqual([
      'promtail_custom_m_bucket{le="1"} 1',
      'promtail_custom_m_bucket{le="5"} 2',
      'promtail_custom_m_bucket{le="+Inf"} 3',
      'promtail_custom_m_sum 12.5',
      'promtail_custom_m_count 3',
    ]);
  });

  it('series go away when they get nothing, and the metric when its stage stops', async () => {
    const running = startStages(stages(metric({ matchesAll: true })));
    await running.write(['a'], { labels: { app: 'a' } });
    await running.advance(50_000);
    await running.write(['b'], { labels: { app: 'b' } });
    await running.advance(20_000);
    expect(values(running.text())).toEqual(['promtail_custom_m{app="b"} 1']);
    await running.stop();
    expect(running.text()).not.toContain('promtail_custom');
  });

  it('makes only so many series, and says so', async () => {
    const running = startStages(stages(metric({ matchesAll: true })), { seriesMax: 2 });
    for (const app of ['a', 'b', 'c', 'a']) await running.write(['x'], { labels: { app } });
    expect(values(running.text())).toEqual([
      'promtail_custom_m{app="a"} 2',
      'promtail_custom_m{app="b"} 1',
    ]);
    expect(running.text()).toContain(
      'sightline_log_stage_metric_refused_total{metric="promtail_custom_m"} 1',
    );
  });

  it('labels for relabelling make no series of their own', async () => {
    const running = startStages(stages(metric({ matchesAll: true })));
    await running.write(['x'], { labels: { app: 'a', __one__: '1' } });
    await running.write(['x'], { labels: { app: 'a', __one__: '2' } });
    expect(values(running.text())).toEqual(['promtail_custom_m{app="a"} 2']);
  });

  it('counts nothing into a metric that is of another kind', async () => {
    const gauge = metric({ type: 'gauge', source: 'took', action: 'set' });
    const running = startStages(stages(metric({ matchesAll: true }), gauge));
    await running.write(['took=7']);
    expect(values(running.text())).toEqual(['promtail_custom_m 1']);
    expect(running.text()).toContain(
      'sightline_log_stage_metric_refused_total{metric="promtail_custom_m"} 1',
    );
  });

  it('two stages count into the same metric', async () => {
    const [read, count] = stages(metric({ matchesAll: true })) as [StageConfig, StageConfig];
    const running = startStages([read, count, count]);
    await running.write(['x']);
    expect(values(running.text())).toEqual(['promtail_custom_m 2']);
  });

  it.each([
    [metric({ name: 'no-name' }), 'is no metric name'],
    [metric({ action: 'set' }), "a counter has no action 'set'"],
    [metric({ type: 'histogram', action: 'observe' }), 'needs buckets'],
    [metric({ idleMsMax: 10 }), 'less than 1s'],
    [metric({ countsBytes: true }), 'needs `match_all`'],
    [metric({ matchesAll: true, action: 'add' }), 'needs `count_entry_bytes`'],
  ])('refuses %o', (wrong, message) => {
    expect(() => startStages(stages(wrong))).toThrow(message);
  });
});
