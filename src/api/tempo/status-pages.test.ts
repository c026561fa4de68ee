// What Tempo's operators look at, and clients before they search.
import { describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import { createTempoClient } from '../../../test/lib/tempo-client.ts';
import { tempoRoutes, tempoStatusRoutes } from './index.ts';

const meter = createMeter();
let isReady = true;
let flushes = 0;
const facts = {
  build: { version: '1.2.3', nodeVersion: '20.0.0' },
  isReady: () => isReady,
  meter,
  settings: [
    { name: 'target', value: 'all', default: 'all' },
    { name: 'server.http_listen_port', value: 3201, default: 3200 },
    { name: 'overrides.defaults.metrics_generator.processors', value: ['x'], default: [] },
  ],
  flush: async () => {
    flushes++;
  },
};
// None of these asks it.
const engine = {} as TraceqlEngine;
const api = tempoRoutes({ engine, isReady: () => isReady });
const tempo = createTempoClient([...api, ...tempoStatusRoutes(facts, api)]);

describe('status', () => {
  it('echo, version', async () => {
    expect((await tempo('/api/echo')).body.toString()).toBe('echo\n');
    expect((await tempo('/api/status/buildinfo')).json()).toMatchObject({
      version: '3.0.3',
      revision: 'sightline-1.2.3',
    });
  });

  it('ready says no while the store is not', async () => {
    expect((await tempo('/ready')).status).toBe(200);
    isReady = false;
    expect((await tempo('/ready')).status).toBe(503);
    isReady = true;
  });

  const page = async (path: string, params: [string, string][] = []) => {
    const answer = await tempo(path, params);
    expect([answer.status, answer.contentType]).toEqual([200, 'text/plain']);
    return answer.body.toString();
  };

  it('pages for operators', async () => {
    expect(await page('/status/version')).toMatch(
      /^GET \/status\/version\ntempo, version 3\.0\.3 \(branch: , revision: sightline-1\.2\.3\)\n/,
    );
    const roles = await page('/status/services');
    for (const role of ['distributor', 'ingester', 'querier', 'compactor', 'metrics-generator']) {
      expect(roles).toContain(`| ${role.padEnd(17)} | Running | `);
    }
    expect(await page('/status/endpoints')).toMatch(
      /\| \/api\/v2\/traces\/\{id\} +\| \^\/api\/v2\/traces\/\(\?P<v0>\[\^\/\]\+\)\$ +\|/,
    );
    expect(await page('/status/config')).toBe(
      [
        'GET /status/config\n---\ntarget: all\nserver:\n    http_listen_port: 3201\n',
        'overrides:\n    defaults:\n        metrics_generator:\n            processors: ["x"]\n',
      ].join(''),
    );
    expect(await page('/status/config', [['mode', 'diff']])).not.toContain('target');
    expect(await page('/status/runtime_config')).not.toContain('target');
    expect(await page('/status/overrides')).toContain('| TENANT |');
    expect(await page('/status/overrides/anyone')).toContain('anyone has no overrides');
    expect(await page('/memberlist')).toContain('no ring');
    const whole = await page('/status');
    expect(whole.match(/^GET \/status\/\w+$/gm)).toEqual(
      ['version', 'services', 'endpoints', 'runtime_config', 'config'].map(
        (name) => `GET /status/${name}`,
      ),
    );
    const wrong = await tempo('/status/config', [['mode', 'x']]);
    expect([wrong.status, wrong.body.toString()]).toEqual([
      500,
      'unknown value for mode query parameter: x\n',
    ]);
  });

  it('flushes, and does not stop', async () => {
    expect((await tempo('/flush')).status).toBe(204);
    expect((await tempo('/flush', [], { method: 'POST' })).status).toBe(204);
    expect(flushes).toBe(2);
    expect((await tempo('/shutdown', [], { method: 'POST' })).status).toBe(501);
  });

  it('has no overrides of tenants', async () => {
    expect((await tempo('/api/overrides')).status).toBe(404);
    const merged = await tempo('/api/overrides', [['scope', 'merged']]);
    expect(merged.json()).toEqual({ metrics_generator: { processors: ['x'] } });
    expect((await tempo('/api/overrides', [['scope', 'x']])).status).toBe(400);
    for (const method of ['POST', 'PATCH', 'DELETE']) {
      const refusal = await tempo('/api/overrides', [], { method });
      expect(refusal.status).toBe(404);
      expect(refusal.body.toString()).toContain('not enabled');
    }
  });

  it('tells who sends how much', async () => {
    meter.counter('other_total', 'Other.').add(1);
    const name = 'tempo_usage_tracker_bytes_received_total';
    meter.counter(name, 'Bytes.').add(12, { service: 'shop', tenant: 'single-tenant' });
    expect((await tempo('/usage_metrics')).body.toString()).toBe(
      [
        `# HELP ${name} Bytes.`,
        `# TYPE ${name} counter`,
        `${name}{service="shop",tenant="single-tenant"} 12`,
        '',
      ].join('\n'),
    );
  });
});
