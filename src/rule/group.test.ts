import { describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/log.ts';
import { parseRuleFile } from '#prometheus-config/rule-file.ts';
import type { RuleGroupConfig } from '#prometheus-config/rules.ts';
import { parseSeriesLine } from '#query/promql/notation/series.ts';
import { formatLabels } from '#query/vector/label.ts';
import type { Alert } from './alert.ts';
import type { AlertingRule } from './alerting-rule.ts';
import { RuleGroup } from './group.ts';
import { createMemoryStore } from './memory-store.ts';
import { ruleInstruments } from './metrics.ts';
import { restoreRule } from './restore.ts';

const minute = 60_000;

function configOf(rules: string, head = ''): RuleGroupConfig {
  const yaml = `groups:\n- name: g\n  interval: 1m\n${head}  rules:\n${rules}`;
  const { ruleFile, problems } = parseRuleFile(yaml, { file: 'r.yml' });
  if (!ruleFile) throw new Error(JSON.stringify(problems));
  return ruleFile.groups[0] as RuleGroupConfig;
}

function setUp(rules: string, { head = '', isRestored = true } = {}) {
  const store = createMemoryStore();
  const sent: { readonly alert: Alert; readonly timeMs: number }[] = [];
  const clock = createManualClock(0);
  const create = (config: RuleGroupConfig, restored = isRestored): RuleGroup =>
    new RuleGroup(
      config,
      {
        intervalMs: minute,
        queryOffsetMs: config.queryOffsetMs ?? 0,
        resendDelayMs: minute,
      },
      {
        context: {
          reader: store.reader,
          externalLabels: { site: 'x' },
          externalUrl: 'http://here:3000',
        },
        writer: store.writer,
        send: (alerts) => {
          for (const alert of alerts) sent.push({ alert, timeMs: clock.nowMs() });
        },
        instruments: ruleInstruments(createMeter()),
        logger: silentLogger,
        clock,
        isRestored: restored,
      },
    );
  const load = (line: string): void => {
    const { labels, items } = parseSeriesLine(line);
    for (const [i, item] of items.entries()) {
      if (item.kind !== 'gap') store.source.append(labels, i * minute, item);
    }
  };
  const query = async (expr: string, minutes: number): Promise<string[]> => {
    const samples = await store.reader.query(expr, minutes * minute);
    return samples.map(({ labels, value }) => `${formatLabels(labels)} ${value}`).sort();
  };
  let group = create(configOf(rules, head));
  const run = async (from: number, to: number): Promise<void> => {
    for (let i = from; i <= to; i++) {
      clock.advance(i * minute - clock.nowMs());
      await group.evaluate(i * minute);
    }
  };
  const replace = (next: string): RuleGroup => {
    const previous = group;
    group = create(configOf(next));
    group.takeOver(previous);
    return group;
  };
  return { store, sent, load, query, run, replace, create, group: () => group };
}

const rule = (group: RuleGroup, index = 0): AlertingRule =>
  group.rules[index]?.rule as AlertingRule;
const states = (group: RuleGroup): string[] =>
  [...rule(group).alerts.values()].map(({ state }) => state);

describe('recording rules', () => {
  it('write under their name, with their labels, and see what earlier rules wrote', async () => {
    const at = setUp(`
  - record: job:up:sum
    expr: sum by (job) (up)
    labels: {team: a}
  - record: total
    expr: sum(job:up:sum) * 2
`);
    at.load('up{job="x",instance="1"} 1x5');
    at.load('up{job="x",instance="2"} 1x5');
    await at.run(0, 1);
    expect(await at.query('job:up:sum', 1)).toEqual(['job:up:sum{job="x", team="a"} 2']);
    expect(await at.query('total', 1)).toEqual(['total 4']);
  });

  it('end series that are gone', async () => {
    const at = setUp('  - {record: a, expr: up == 1}\n');
    at.load('up{i="1"} 1 1 0 0');
    at.load('up{i="2"} 1 1 1 1');
    await at.run(0, 2);
    expect(await at.query('a', 2)).toEqual(['a{i="2"} 1']);
  });

  it('refuse two series with the same labels, and say so', async () => {
    const at = setUp('  - {record: a, expr: up, labels: {i: same}}\n');
    at.load('up{i="1"} 1');
    at.load('up{i="2"} 1');
    await at.run(0, 0);
    const [only] = at.group().rules;
    expect(only?.health).toBe('err');
    expect(only?.lastError).toBe(
      'vector contains metrics with the same labelset after applying rule labels',
    );
    expect(await at.query('a', 0)).toEqual([]);
  });

  it('keep to the limit of their group', async () => {
    const at = setUp('  - {record: a, expr: up}\n', { head: '  limit: 1\n' });
    at.load('up{i="1"} 1');
    at.load('up{i="2"} 1');
    await at.run(0, 0);
    expect(at.group().rules[0]?.lastError).toBe('exceeded limit of 1 with 2 series');
  });

  it('ask and write as of query_offset ago', async () => {
    const at = setUp('  - {record: a, expr: up}\n', { head: '  query_offset: 1m\n' });
    at.load('up 1 2 3');
    await at.run(2, 2);
    expect(await at.query('a', 1)).toEqual(['a 2']);
    expect(await at.query('timestamp(a)', 1)).toEqual(['{} 60']);
  });

  it('of which one fails leave the others alone', async () => {
    const at = setUp(
      '  - {record: a, expr: up * on(i) group_left up}\n  - {record: b, expr: "1"}\n',
    );
    at.load('up{i="1",j="1"} 1');
    at.load('up{i="1",j="2"} 1');
    await at.run(0, 0);
    expect(at.group().rules.map(({ health }) => health)).toEqual(['err', 'ok']);
    expect(await at.query('b', 0)).toEqual(['b 1']);
  });
});

const down = `
  - alert: Down
    expr: up == 0
    for: 2m
    labels: {severity: page, value: "{{ $value }}"}
    annotations: {text: "{{ $labels.i }} at {{ $externalLabels.site }} {{ externalURL }}"}
`;

describe('alerting rules', () => {
  it('go from pending to firing to resolved, and are sent', async () => {
    const at = setUp(down);
    at.load('up{i="1"} 1 0 0 0 0 1 1');
    await at.run(0, 0);
    expect(states(at.group())).toEqual([]);
    await at.run(1, 2);
    expect(states(at.group())).toEqual(['pending']);
    expect(at.sent).toEqual([]);
    await at.run(3, 3);
    expect(states(at.group())).toEqual(['firing']);
    expect(at.sent).toHaveLength(1);
    expect(at.sent[0]?.alert).toMatchObject({
      labels: { alertname: 'Down', i: '1', severity: 'page', value: '0' },
      annotations: { text: '1 at x http://here:3000' },
      firedAtMs: 3 * minute,
      validUntilMs: 7 * minute,
    });
    expect(await at.query('ALERTS', 3)).toEqual([
      'ALERTS{alertname="Down", alertstate="firing", i="1", severity="page", value="0"} 1',
    ]);
    expect(await at.query('ALERTS_FOR_STATE', 3)).toEqual([
      'ALERTS_FOR_STATE{alertname="Down", i="1", severity="page", value="0"} 60',
    ]);
    await at.run(4, 5);
    expect(states(at.group())).toEqual(['inactive']);
    expect(at.sent.at(-1)?.alert).toMatchObject({ resolvedAtMs: 5 * minute });
    expect(await at.query('ALERTS', 5)).toEqual([]);
  });

  it('are sent again after the resend delay only, and forgotten after 15 minutes', async () => {
    const at = setUp('  - {alert: A, expr: up == 0}\n');
    at.load('up 0 0 0 0 1x40');
    await at.run(0, 3);
    expect(at.sent.map(({ timeMs }) => timeMs / minute)).toEqual([0, 2]);
    await at.run(4, 19);
    expect(states(at.group())).toEqual(['inactive']);
    await at.run(20, 20);
    expect(states(at.group())).toEqual([]);
  });

  it('keep firing for as long as they are told to', async () => {
    const at = setUp('  - {alert: A, expr: up == 0, keep_firing_for: 2m}\n');
    at.load('up 0 1 1 1 1');
    await at.run(0, 2);
    expect(states(at.group())).toEqual(['firing']);
    expect([...rule(at.group()).alerts.values()][0]?.keepFiringSinceMs).toBe(minute);
    await at.run(3, 3);
    expect(states(at.group())).toEqual(['inactive']);
  });

  it('show a template that fails as text', async () => {
    const at = setUp(`  - {alert: A, expr: up, annotations: {a: '{{ query "b" | first }}'}}\n`);
    at.load('up 1');
    await at.run(0, 0);
    const [alert] = rule(at.group()).alerts.values();
    expect(alert?.annotations.a).toMatch(
      /^<error expanding template: error executing template __alert_A: .*first\(\) called on vector with no elements>$/,
    );
  });

  it('ask queries from templates, as of the evaluation', async () => {
    const at = setUp(
      `  - {alert: A, expr: up, annotations: {a: '{{ with query "up * 2" }}{{ . | first | value }}{{ end }}'}}\n`,
    );
    at.load('up 1 2 3');
    await at.run(1, 1);
    const [alert] = rule(at.group()).alerts.values();
    expect(alert?.annotations.a).toBe('4');
  });

  it('drop all alerts above the limit', async () => {
    const at = setUp('  - {alert: A, expr: up}\n', { head: '  limit: 1\n' });
    at.load('up{i="1"} 1');
    at.load('up{i="2"} 1');
    await at.run(0, 0);
    expect(at.group().rules[0]?.lastError).toBe('exceeded limit of 1 with 2 alerts');
    expect(states(at.group())).toEqual([]);
  });

  it('refuse two alerts with the same labels', async () => {
    const at = setUp('  - {alert: A, expr: up, labels: {i: same}}\n');
    at.load('up{i="1"} 1');
    at.load('up{i="2"} 1');
    await at.run(0, 0);
    expect(at.group().rules[0]?.lastError).toMatch('same labelset after applying alert labels');
  });
});

describe('a reload', () => {
  it('keeps the alerts of rules that stay, and ends the series of those that go', async () => {
    const at = setUp(`${down}  - {record: a, expr: up}\n`);
    at.load('up{i="1"} 0x10');
    await at.run(0, 1);
    expect(await at.query('a', 1)).toEqual(['a{i="1"} 0']);
    const next = at.replace(down);
    expect(states(next)).toEqual(['pending']);
    await at.run(2, 2);
    expect(states(next)).toEqual(['firing']);
    expect(await at.query('a', 2)).toEqual([]);
  });
});

describe('a restart', () => {
  const long = '  - {alert: Down, expr: up == 0, for: 30m}\n';
  const restart = async (pendingMinutes: number, outageMinutes: number): Promise<number> => {
    const at = setUp(long);
    at.load('up 0x200');
    await at.run(0, pendingMinutes);
    const back = pendingMinutes + outageMinutes;
    const group = at.create(configOf(long), false);
    await group.evaluate(back * minute);
    expect((await at.query(`count_over_time(ALERTS[1m])`, back)).length).toBe(
      outageMinutes < 1 ? 1 : 0,
    );
    await restoreRule(rule(group), at.store.reader, back * minute, {
      outageToleranceMs: 60 * minute,
      forGracePeriodMs: 10 * minute,
    });
    const [alert] = rule(group).alerts.values();
    return (alert?.activeAtMs as number) / minute - back;
  };
  it('goes on where the alert was, less the outage', async () => {
    expect(await restart(5, 10)).toBe(-5);
  });
  it('leaves at least the grace period', async () => {
    expect(await restart(25, 10)).toBe(-20);
  });
  it('lets an alert that fired fire at once', async () => {
    expect(await restart(40, 10)).toBe(-50);
  });
  it('begins anew after an outage beyond the tolerance', async () => {
    expect(await restart(5, 90)).toBe(0);
  });
});
