import { describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/log.ts';
import { parsePrometheusConfig } from '#prometheus-config/load.ts';
import { parseRuleFile } from '#prometheus-config/rule-file.ts';
import { parseSeriesLine } from '#query/promql/notation/series.ts';
import { formatLabels } from '#query/vector/label.ts';
import { RuleGroups, type RuleSettings } from './groups.ts';
import { createMemoryStore } from './memory-store.ts';
import { slotBefore, type WaitUntil } from './schedule.ts';

const minute = 60_000;

const alert = (summary: string): string =>
  `- name: g\n  rules: [{alert: A, expr: m > 0, annotations: {summary: ${summary}}}]\n`;
const record = (group: string): string => `- name: ${group}\n  rules: [{record: r, expr: m}]\n`;

function settingsOf(groups: string, alerting = '{}'): RuleSettings {
  const { ruleFile } = parseRuleFile(`groups:\n${groups}`, { file: 'r.yml' });
  const { config } = parsePrometheusConfig(`alerting: ${alerting}`, { file: 'p.yml', env: {} });
  if (!ruleFile || !config) throw new Error('the test has a mistake');
  return {
    groups: ruleFile.groups,
    evaluationIntervalMs: minute,
    queryOffsetMs: 0,
    externalLabels: {},
    alerting: config.alerting,
  };
}

/** The time stands still until `to` lets it go on. */
function setUp() {
  const store = createMemoryStore();
  const clock = createManualClock(0);
  const discoveries: string[] = [];
  const waits = new Set<{ readonly timeMs: number; readonly end: (isTime: boolean) => void }>();
  const wait: WaitUntil = (timeMs, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      const one = {
        timeMs,
        end: (isTime: boolean): void => {
          waits.delete(one);
          resolve(isTime);
        },
      };
      waits.add(one);
      signal.addEventListener('abort', () => one.end(false), { once: true });
    });
  const groups = new RuleGroups({
    reader: store.reader,
    writer: store.writer,
    externalUrl: () => 'http://here',
    meter: createMeter(),
    logger: silentLogger,
    clock,
    wait,
    createClient: () => ({
      request: () => Promise.reject(new Error('not asked')),
      stream: () => Promise.reject(new Error('not asked')),
      close: () => {},
    }),
    createDiscovery: () => {
      discoveries.push('run');
      return { run: async () => {} };
    },
  });
  const { labels, items } = parseSeriesLine('m 1+0x100');
  for (const [i, item] of items.entries()) {
    if (item.kind !== 'gap') store.source.append(labels, i * minute, item);
  }
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const to = async (timeMs: number): Promise<void> => {
    for (;;) {
      const [next] = [...waits].sort((a, b) => a.timeMs - b.timeMs);
      if (!next || next.timeMs > timeMs) break;
      clock.advance(Math.max(0, next.timeMs - clock.nowMs()));
      next.end(true);
      await settle();
    }
    clock.advance(timeMs - clock.nowMs());
  };
  const query = async (expr: string, timeMs: number): Promise<string[]> => {
    const samples = await store.reader.query(expr, timeMs);
    return samples.map((one) => `${formatLabels(one.labels)} ${one.value}`);
  };
  return { groups, to, query, waits, discoveries };
}

describe('a reload', () => {
  it('before the state of alerts is restored leaves them written', async () => {
    const { groups, to, query } = setUp();
    await groups.update(settingsOf(alert('a')));
    await to(1.5 * minute);
    await groups.update(settingsOf(alert('b')));
    await to(10 * minute);
    expect(await query('ALERTS', 10 * minute)).toHaveLength(1);
    await groups.stop();
  });

  it('does not end series that another group goes on to write', async () => {
    const { groups, to, query } = setUp();
    await groups.update(settingsOf(record('old')));
    await to(5 * minute);
    await groups.update(settingsOf(record('new')));
    await to(10 * minute);
    const firstMs = slotBefore({ file: 'r.yml', name: 'new' }, minute, 5 * minute) + minute;
    expect(firstMs).toBeGreaterThan(5 * minute);
    expect(await query('r', firstMs - 1)).toEqual(['r 1']);
    await groups.stop();
  });

  it('ends series that nobody writes any more', async () => {
    const { groups, to, query } = setUp();
    await groups.update(settingsOf(record('old')));
    await to(5 * minute);
    await groups.update(settingsOf(alert('a')));
    await to(10 * minute);
    expect(await query('r', 5 * minute)).toEqual([]);
    await groups.stop();
  });

  it('keeps Alertmanagers that stay, and what waits for them', async () => {
    const { groups, discoveries } = setUp();
    const at = (host: string): string =>
      `{alertmanagers: [{static_configs: [{targets: ['${host}']}], relabel_configs: [{action: keep}]}]}`;
    await groups.update(settingsOf(alert('a'), at('a:1')));
    await groups.update(settingsOf(alert('b'), at('a:1')));
    expect(discoveries).toHaveLength(1);
    await groups.update(settingsOf(alert('b'), at('b:1')));
    expect(discoveries).toHaveLength(2);
    await groups.stop();
  });

  it('that comes with the stop leaves nothing running', async () => {
    const { groups, waits } = setUp();
    await groups.update(settingsOf(alert('a')));
    const reload = groups.update(settingsOf(alert('b') + record('new')));
    await Promise.all([groups.stop(), reload]);
    await groups.update(settingsOf(alert('c')));
    expect(waits.size).toBe(0);
  });
});
