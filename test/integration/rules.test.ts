// Rules in the running program: recorded series, alerts and their way to Alertmanagers, reload, restart,
// backtests.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compress } from 'snappy';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { type FakeAlertmanager, startFakeAlertmanager } from '../lib/fake-alertmanager.ts';
import { sendOtlpJson } from '../lib/otlp-client.ts';
import { type RealAlertmanager, startAlertmanager } from '../lib/real-alertmanager.ts';
import { describeReal } from '../lib/real-programs.ts';
import { writeRequest1 } from '../lib/remote-write.ts';

const patience = { timeout: 20_000, interval: 100 };

let folder: string;
let manager: FakeAlertmanager;
let sightline: Sightline;

const prometheusYaml = (address: string): string => `
global: {evaluation_interval: 1s, external_labels: {site: here}}
rule_files: [rules*.yml]
alerting:
  alert_relabel_configs:
  - {action: labeldrop, regex: secret}
  alertmanagers:
  - path_prefix: /am
    static_configs: [{targets: ['${address}']}]
`;

const alertRule = `
  - alert: Many
    expr: total > 3
    labels: {severity: page, secret: x}
    annotations: {text: 'there are {{ $value | humanize }} at {{ $externalLabels.site }}'}
`;
const rulesYaml = (more = alertRule): string => `
groups:
- name: chain
  rules:
  - {record: doubled, expr: sum(things) * 2}
  - {record: total, expr: sum(doubled) + 1}
${more}`;

const start = (): Promise<Sightline> =>
  startSightline({
    dataDir: join(folder, 'data'),
    config: {
      internal_telemetry: { enabled: false },
      prometheus: { config_file: join(folder, 'prometheus.yml') },
    },
  });

const api = (path: string): string =>
  `http://127.0.0.1:${sightline.ports.http}/prometheus/api/v1/${path}`;

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(api(path));
  const { status, data } = (await response.json()) as { status: string; data: T };
  expect(status).toBe('success');
  return data;
}

interface Answer {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: readonly [number, string];
  }[];
}
const query = async (expr: string): Promise<Answer['result']> =>
  (await ask<Answer>(`query?query=${encodeURIComponent(expr)}`)).result;

const reload = (): Promise<Response> =>
  fetch(`http://127.0.0.1:${sightline.ports.http}/prometheus/-/reload`, { method: 'POST' });

const sendThings = (count: number): Promise<unknown> => {
  const dataPoints = [{ timeUnixNano: `${Date.now()}000000`, asDouble: count }];
  const metrics = [{ name: 'things', gauge: { dataPoints } }];
  const resourceMetrics = [{ scopeMetrics: [{ metrics }] }];
  return sendOtlpJson(`http://127.0.0.1:${sightline.ports.otlpHttp}`, 'metrics', {
    resourceMetrics,
  });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rules-'));
  manager = await startFakeAlertmanager();
  await writeFile(join(folder, 'prometheus.yml'), prometheusYaml(manager.address));
  await writeFile(join(folder, 'rules.yml'), rulesYaml());
  sightline = await start();
  await sendThings(2);
});
afterAll(async () => {
  await sightline.stop();
  await manager.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('rules', () => {
  test('record, each seeing what those before it recorded', async () => {
    await vi.waitFor(async () => expect(await query('total')).toHaveLength(1), patience);
    const [total] = await query('total');
    expect(total).toMatchObject({ metric: { __name__: 'total' }, value: [expect.anything(), '5'] });
    // Written in the same evaluation.
    const [times] = await query('timestamp(total) - timestamp(doubled)');
    expect(times?.value[1]).toBe('0');
  });

  test('fire, and the Alertmanager hears of it', async () => {
    await vi.waitFor(() => expect(manager.requests.length).toBeGreaterThan(0), patience);
    const [request] = manager.requests;
    expect(request?.path).toBe('/am/api/v2/alerts');
    expect(request?.alerts).toEqual([
      {
        labels: { alertname: 'Many', severity: 'page', site: 'here' },
        annotations: { text: 'there are 5 at here' },
        startsAt: expect.any(String),
        endsAt: expect.any(String),
        generatorURL: `${sightline.url}/graph?g0.expr=total+%3E+3&g0.tab=1`,
      },
    ]);
    const alert = request?.alerts[0];
    const link = await fetch(alert?.generatorURL ?? '', { redirect: 'manual' });
    expect(link.headers.get('location')).toBe('explore?mode=metrics&q=total+%3E+3');
    expect(Date.parse(alert?.endsAt ?? '') - Date.parse(alert?.startsAt ?? '')).toBe(240_000);
    await vi.waitFor(async () => expect(await query('ALERTS')).toHaveLength(1), patience);
    const [series] = await query('ALERTS');
    expect(series?.metric).toMatchObject({ alertname: 'Many', alertstate: 'firing' });
    expect(await query('ALERTS_FOR_STATE')).toHaveLength(1);
  });

  test('are shown', async () => {
    const { groups } = await ask<{ groups: readonly Record<string, unknown>[] }>('rules');
    expect(groups).toMatchObject([
      {
        name: 'chain',
        file: join(folder, 'rules.yml'),
        interval: 1,
        rules: [
          { type: 'recording', name: 'doubled', health: 'ok' },
          { type: 'recording', name: 'total', health: 'ok' },
          { type: 'alerting', name: 'Many', state: 'firing', query: 'total > 3' },
        ],
      },
    ]);
    const { alerts } = await ask<{ alerts: readonly unknown[] }>('alerts');
    expect(alerts).toMatchObject([{ state: 'firing', labels: { alertname: 'Many' } }]);
    expect(await ask('alertmanagers')).toEqual({
      activeAlertmanagers: [{ url: `http://${manager.address}/am/api/v2/alerts` }],
      droppedAlertmanagers: [],
    });
  });

  test('that are wrong are refused, and the old ones stay', async () => {
    await writeFile(
      join(folder, 'rules-2.yml'),
      'groups: [{name: b, rules: [{record: x, expr: "("}]}]',
    );
    const answer = await reload();
    expect(answer.ok).toBe(false);
    expect(await answer.text()).toMatch(/rules-2\.yml:1:\d+: expr: group "b", rule 1, "x"/);
    const { groups } = await ask<{ groups: readonly unknown[] }>('rules');
    expect(groups).toHaveLength(1);
    await rm(join(folder, 'rules-2.yml'));
  });

  test('that a reload takes away end their series, and alerts of those that stay go on', async () => {
    const kept = await ask<{ alerts: readonly { activeAt: string }[] }>('alerts');
    await writeFile(
      join(folder, 'rules.yml'),
      rulesYaml()
        .replace('  - {record: doubled, expr: sum(things) * 2}\n', '')
        .replace('doubled', 'things'),
    );
    expect((await reload()).status).toBe(200);
    await vi.waitFor(async () => expect(await query('doubled')).toHaveLength(0), patience);
    // The new total is 3, so that the alert ends, and this is sent, too.
    const isResolved = (): boolean =>
      manager.requests.some(({ alerts }) =>
        alerts.some(({ endsAt }) => Date.parse(endsAt) <= Date.now()),
      );
    await vi.waitFor(() => expect(isResolved()).toBe(true), patience);
    const resolved = manager.requests.at(-1)?.alerts[0];
    expect(Date.parse(resolved?.startsAt ?? '')).toBe(Date.parse(kept.alerts[0]?.activeAt ?? ''));
    expect(await query('ALERTS')).toHaveLength(0);
  });
});

describe('a backtest', () => {
  const backtest = async (body: object): Promise<{ status: number; text: string }> => {
    const response = await fetch(`http://127.0.0.1:${sightline.ports.http}/api/rules/backtest`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };
  const now = Date.now();
  const range = { from: (now - 120_000) / 1000, to: (now + 60_000) / 1000 };

  test('shows when an alert of a text would have been pending and firing', async () => {
    const rules = `groups: [{name: g, rules: [{alert: A, expr: things > 1, for: 2s}]}]`;
    const { status, text } = await backtest({ rules, ...range, interval: '1s' });
    expect(status).toBe(200);
    const answer = JSON.parse(text);
    expect(answer.rules).toMatchObject([{ group: 'g', name: 'A', firings: 1, forSeconds: 2 }]);
    const [alert] = answer.rules[0].alerts;
    expect(alert.labels).toMatchObject({ alertname: 'A' });
    const [pending, firing] = alert.spans;
    expect([pending.state, firing.state]).toEqual(['pending', 'firing']);
    expect(Date.parse(firing.from) - Date.parse(pending.from)).toBe(2000);
  });

  test('takes the name of a loaded alert', async () => {
    const { status, text } = await backtest({ rules: 'chain/Many', ...range });
    expect(status).toBe(200);
    expect(JSON.parse(text).rules[0].firings).toBe(1);
  });

  test('says what is wrong', async () => {
    const wrong = async (body: object): Promise<string> => {
      const { status, text } = await backtest(body);
      expect(status).toBe(400);
      return text;
    };
    expect(await wrong({ rules: 'Nobody', ...range })).toContain("is named 'Nobody'");
    expect(await wrong({ rules: 'Many', from: 2, to: 1 })).toContain("'from' is not before 'to'");
    expect(await wrong({ rules: 'Many', from: 'x', to: 1 })).toContain("'from' is no time");
    expect(await wrong({ ...range })).toContain("'rules' is missing");
    const bad = 'groups: [{name: g, rules: [{alert: A, expr: "("}]}]';
    expect(await wrong({ rules: bad, ...range })).toContain('could not parse expression');
  });
});

describe('a restart', () => {
  test('does not begin the time that an alert is pending anew', async () => {
    // Pending for 31 minutes when it was seen last, half a minute ago.
    const lastMs = Date.now() - 30_000;
    const labels = [
      ['__name__', 'ALERTS_FOR_STATE'],
      ['alertname', 'Long'],
    ] as const;
    const value = Math.floor(lastMs / 1000) - 31 * 60;
    const body = writeRequest1([{ labels, samples: [{ timeMs: lastMs, value }] }]);
    const headers = {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    };
    const init = { method: 'POST', headers, body: await compress(body) };
    expect((await fetch(api('write'), init)).status).toBe(204);
    await sightline.stop();
    const long = "  - {alert: Long, expr: 'vector(1)', for: 30m}\n";
    await writeFile(join(folder, 'rules.yml'), rulesYaml(long));
    sightline = await start();
    const firing = 'ALERTS{alertname="Long", alertstate="firing"}';
    await vi.waitFor(async () => expect(await query(firing)).toHaveLength(1), patience);
    const [state] = await query('ALERTS_FOR_STATE{alertname="Long"}');
    expect(state?.value[1]).toBe(String(value));
  });
});

describeReal('a real Alertmanager', () => {
  let real: RealAlertmanager;
  beforeAll(async () => {
    real = await startAlertmanager();
  });
  afterAll(() => real.stop());

  test('takes the alerts, and amtool shows them', async () => {
    const yaml = prometheusYaml(real.address).replace('path_prefix: /am', 'path_prefix: /');
    await writeFile(join(folder, 'prometheus.yml'), yaml);
    const rule = "  - {alert: Real, expr: 'vector(7)', annotations: {text: 'is {{ $value }}'}}\n";
    await writeFile(join(folder, 'rules.yml'), rulesYaml(rule));
    expect((await reload()).status).toBe(200);
    await vi.waitFor(() => expect(real.alerts()).toHaveLength(1), patience);
    expect(real.alerts()).toMatchObject([
      { labels: { alertname: 'Real', site: 'here' }, annotations: { text: 'is 7' } },
    ]);
  });
});
