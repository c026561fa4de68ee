import { describe, expect, it } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import { parseRuleFile } from '#prometheus-config/rule-file.ts';
import { parseSeriesLine } from '#query/promql/notation/series.ts';
import { createMemoryStore } from '../memory-store.ts';
import { slotBefore } from '../schedule.ts';
import { type BacktestRequest, runBacktest } from './backtest.ts';
import type { Backtest } from './timeline.ts';

const minute = 60_000;

async function run(
  rule: string,
  lines: readonly string[],
  more: Partial<BacktestRequest> = {},
): Promise<Backtest> {
  const yaml = `groups: [{name: g, interval: 1m, rules: [${rule}]}]`;
  const { ruleFile, problems } = parseRuleFile(yaml, { file: 'r.yml' });
  if (!ruleFile) throw new Error(JSON.stringify(problems));
  const store = createMemoryStore();
  const startMs = slotBefore({ file: 'r.yml', name: 'g' }, minute, 100 * minute);
  for (const line of lines) {
    const { labels, items } = parseSeriesLine(line);
    for (const [i, item] of items.entries()) {
      if (item.kind !== 'gap') store.source.append(labels, startMs + i * minute, item);
    }
  }
  const request = {
    groups: ruleFile.groups,
    fromMs: startMs,
    toMs: startMs + 20 * minute,
    ...more,
  };
  const answer = await runBacktest(request, {
    engine: store.engine,
    tenant: '',
    clock: systemClock,
    externalUrl: 'http://here',
    externalLabels: {},
    evaluationIntervalMs: minute,
    queryOffsetMs: 0,
  });
  const at = (timeMs: number): number => (timeMs - startMs) / minute;
  return {
    ...answer,
    rules: answer.rules.map((one) => ({
      ...one,
      alerts: one.alerts.map((alert) => ({
        ...alert,
        spans: alert.spans.map(({ state, fromMs, toMs }) => ({
          state,
          fromMs: at(fromMs),
          toMs: toMs === undefined ? undefined : at(toMs),
        })),
      })),
    })),
  };
}

const down = "{alert: Down, expr: up == 0, for: 2m, annotations: {text: 'is {{ $value }}'}}";
const spansOf = ({ rules }: Backtest) => rules[0]?.alerts.map(({ spans }) => spans);

describe('a backtest', () => {
  it('shows pending and firing per alert', async () => {
    const answer = await run(down, ['up{i="a"} 1 0x5 1x20', 'up{i="b"} 1x3 0 1x20']);
    expect(answer.rules[0]).toMatchObject({ name: 'Down', firings: 1, error: '' });
    expect(answer.rules[0]?.alerts.map(({ labels }) => labels.i)).toEqual(['a', 'b']);
    expect(answer.rules[0]?.alerts[0]?.annotations).toEqual({ text: 'is 0' });
    expect(spansOf(answer)).toEqual([
      [
        { state: 'pending', fromMs: 1, toMs: 3 },
        { state: 'firing', fromMs: 3, toMs: 7 },
      ],
      [{ state: 'pending', fromMs: 4, toMs: 5 }],
    ]);
  });

  it('knows alerts that began before the range, and leaves the last open', async () => {
    const answer = await run(down, ['up 0x30'], { fromMs: 105 * minute });
    const [spans = []] = spansOf(answer) ?? [];
    expect(spans.map(({ state, toMs }) => [state, toMs])).toEqual([['firing', undefined]]);
  });

  it('says when an evaluation fails', async () => {
    const rule = '{alert: A, expr: up * on() group_left() up}';
    const answer = await run(rule, ['up{i="a"} 1x5', 'up{i="b"} 1x5']);
    expect(answer.rules[0]?.error).toMatch(/^found duplicate series/);
  });

  it('refuses what is no range, too long, or no alert', async () => {
    const code = (code: string) => expect.objectContaining({ code });
    await expect(run(down, [], { fromMs: 2, toMs: 1 })).rejects.toThrow(code('backtest_range'));
    await expect(run('{record: a, expr: up}', [])).rejects.toThrow(code('backtest_rules'));
    await expect(run(down, [], { alert: 'Other' })).rejects.toThrow(code('backtest_rules'));
    const long = await run(down, [], { fromMs: 0, toMs: 1e12 });
    expect(long.rules[0]?.error).toContain('evaluations are more than the 100000 of one rule');
  });

  it('ends when nobody waits for it any more', async () => {
    const signal = AbortSignal.abort();
    await expect(run(down, ['up 0x30'], { signal })).rejects.toThrow(/cancel/);
  });

  it('shows at most so many changes of a rule', async () => {
    const lines = Array.from({ length: 600 }, (_, i) => `m{i="${i}"} ${'1 0 '.repeat(100)}`);
    const rule = '{alert: A, expr: m == 1}';
    const toMs = 300 * minute;
    const { rules } = await run(rule, lines, { toMs });
    expect(rules[0]?.error).toContain('more than 50000 times');
    expect(rules[0]?.alerts).toHaveLength(600);
  });

  it('shows at most so many alerts of a rule', async () => {
    const lines = Array.from({ length: 1001 }, (_, i) => `up{i="${i}"} 0`);
    const answer = await run(down, lines, { toMs: 101 * minute });
    expect(answer.rules[0]?.error).toContain('more than 1000 different alerts');
    expect(answer.rules[0]?.alerts).toHaveLength(1000);
  });
});
