// Rules in LogQL in the running program: written through the ruler's API or found in a folder, evaluated,
// kept over a restart, and shown beside Loki's API but not beside Prometheus's.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { type FakeAlertmanager, startFakeAlertmanager } from '../lib/fake-alertmanager.ts';

const patience = { timeout: 20_000, interval: 100 };

let folder: string;
let manager: FakeAlertmanager;
let sightline: Sightline;

const start = (): Promise<Sightline> =>
  startSightline({
    dataDir: join(folder, 'data'),
    config: {
      internal_telemetry: { enabled: false },
      loki: {
        rules_dir: join(folder, 'rules'),
        rule_interval: '1s',
        alertmanager_urls: [`http://${manager.address}/am`],
      },
    },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-log-rules-'));
  manager = await startFakeAlertmanager();
  await mkdir(join(folder, 'rules', 'fake'), { recursive: true });
  const rules = `
groups:
- name: from-file
  rules:
  - record: app:lines:count
    expr: sum by (app) (count_over_time({app=~".+"}[10m]))
`;
  await writeFile(join(folder, 'rules', 'fake', 'files.yml'), rules);
  sightline = await start();
}, 60_000);
afterAll(async () => {
  await sightline.stop();
  await manager.stop();
  await rm(folder, { recursive: true });
});

const loki = (path: string): string => `http://127.0.0.1:${sightline.ports.loki}${path}`;

const alerting = `
name: errors
interval: 1s
rules:
  - alert: ManyErrors
    expr: |
      sum by (app) (count_over_time({app="shop"} |= "error" [10m])) > 2
    for: 1s
    labels: {severity: page}
    annotations:
      text: '{{ $labels.app }} has {{ $value }} of {{ with query "sum(count_over_time({app=\\"shop\\"}[10m]))" }}{{ . | first | value }}{{ end }}'
`;

const write = (namespace: string, body: string, headers: Record<string, string> = {}) =>
  fetch(loki(`/loki/api/v1/rules/${encodeURIComponent(namespace)}`), {
    method: 'POST',
    headers: { 'content-type': 'application/yaml', ...headers },
    body,
  });

async function push(app: string, lines: readonly string[]): Promise<void> {
  const values = lines.map((line, i) => [
    `${Date.now() - 1000}${String(i).padStart(6, '0')}`,
    line,
  ]);
  const response = await fetch(loki('/loki/api/v1/push'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams: [{ stream: { app }, values }] }),
  });
  expect(response.status).toBe(204);
}

interface Shown {
  readonly groups: readonly {
    readonly name: string;
    readonly file: string;
    readonly rules: readonly Record<string, unknown>[];
  }[];
}

async function shown(url: string): Promise<Shown> {
  const { status, data } = (await (await fetch(url)).json()) as { status: string; data: Shown };
  expect(status).toBe('success');
  return data;
}

async function metric(query: string): Promise<readonly { metric: object; value: unknown[] }[]> {
  const url = `http://127.0.0.1:${sightline.ports.prometheus}/api/v1/query?query=${encodeURIComponent(query)}`;
  const { data } = (await (await fetch(url)).json()) as {
    data: { result: { metric: object; value: unknown[] }[] };
  };
  return data.result;
}

it('has no groups but those of the folder, and records what they count', async () => {
  await push('shop', ['one error', 'two', 'three error']);
  await vi.waitFor(async () => {
    expect(await metric('app:lines:count')).toMatchObject([
      { metric: { __name__: 'app:lines:count', app: 'shop' }, value: [expect.anything(), '3'] },
    ]);
  }, patience);
  expect(await (await fetch(loki('/loki/api/v1/rules'))).text()).toContain('app:lines:count');
});

it('takes a group, alerts, and sends the alert', async () => {
  const answer = await write('my rules/1', alerting);
  expect(answer.status).toBe(202);
  expect(await answer.json()).toEqual({
    status: 'success',
    data: null,
    errorType: '',
    error: '',
  });
  await push('shop', ['four error', 'five error']);
  await vi.waitFor(async () => {
    const { groups } = await shown(loki('/prometheus/api/v1/rules'));
    const group = groups.find(({ file }) => file === 'my rules/1');
    expect(group?.rules[0]).toMatchObject({
      name: 'ManyErrors',
      state: 'firing',
      health: 'ok',
      query: '(sum by (app)(count_over_time({app="shop"} |= "error"[10m])) > 2)',
    });
  }, patience);
  await vi.waitFor(
    () =>
      expect(manager.requests.flatMap(({ alerts }) => alerts)).toContainEqual(
        expect.objectContaining({
          labels: { alertname: 'ManyErrors', app: 'shop', severity: 'page' },
          annotations: { text: 'shop has 4 of 5' },
        }),
      ),
    patience,
  );
  const { alerts } = (await shown(
    `http://127.0.0.1:${sightline.ports.http}/loki/prometheus/api/v1/alerts`,
  )) as unknown as { alerts: unknown[] };
  expect(alerts).toHaveLength(1);
  expect(await metric('ALERTS{alertname="ManyErrors"}')).not.toEqual([]);
});

it("keeps Prometheus's rules apart", async () => {
  const prometheus = `http://127.0.0.1:${sightline.ports.prometheus}/api/v1/rules`;
  expect((await shown(prometheus)).groups).toEqual([]);
});

it('answers as YAML, and what is not there with 404', async () => {
  const group = await fetch(loki('/api/prom/rules/my%20rules%2F1/errors'));
  expect(group.headers.get('content-type')).toBe('application/yaml');
  expect(await group.text()).toContain('alert: ManyErrors');
  const namespace = await (await fetch(loki('/loki/api/v1/rules/my%20rules%2F1'))).text();
  expect(namespace).toMatch(/^my rules\/1:\n/);
  for (const path of ['none', 'my%20rules%2F1/none']) {
    expect((await fetch(loki(`/loki/api/v1/rules/${path}`))).status).toBe(404);
    expect((await fetch(loki(`/loki/api/v1/rules/${path}`), { method: 'DELETE' })).status).toBe(
      404,
    );
  }
});

it('refuses what is wrong, and web pages of others', async () => {
  const refused = async (body: string, namespace = 'bad'): Promise<[number, string]> => {
    const answer = await write(namespace, body);
    return [answer.status, await answer.text()];
  };
  const rule = (expr: string): string => `name: g\nrules: [{record: a, expr: '${expr}'}]`;
  expect(await refused(rule('{app='))).toEqual([400, expect.stringContaining('parse error')]);
  expect(await refused(rule('{app="a"}'))).toEqual([400, expect.stringContaining('numbers')]);
  expect(await refused('name: g\nrules: []')).toEqual([400, expect.stringContaining('no rules')]);
  expect(await refused('rules: [')).toEqual([400, expect.anything()]);
  expect(await refused(rule('vector(1)'), 'files.yml')).toEqual([
    400,
    expect.stringContaining('loki.rules_dir'),
  ]);
  const foreign = await write('bad', rule('vector(1)'), { origin: 'http://evil.example' });
  expect(foreign.status).toBe(403);
});

it('keeps groups over a restart, and forgets those that are deleted', async () => {
  await sightline.stop();
  sightline = await start();
  await vi.waitFor(async () => {
    const { groups } = await shown(loki('/prometheus/api/v1/rules'));
    expect(groups.map(({ file, name }) => [file, name])).toEqual([
      ['files.yml', 'from-file'],
      ['my rules/1', 'errors'],
    ]);
  }, patience);
  const gone = await fetch(loki('/loki/api/v1/rules/my%20rules%2F1/errors'), { method: 'DELETE' });
  expect(gone.status).toBe(202);
  expect((await shown(loki('/prometheus/api/v1/rules'))).groups).toHaveLength(1);
  expect(await (await fetch(loki('/loki/api/v1/rules'))).text()).not.toContain('my rules');
});
