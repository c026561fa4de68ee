// What answers where (DESIGN 2.2): every API on its own port and by path on the main one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';

let sightline: Sightline;
beforeAll(async () => {
  sightline = await startSightline();
});
afterAll(() => sightline.stop());

describe('ports and paths', () => {
  const answers = (port: keyof Sightline['ports'], path: string, holds: string) =>
    it(`${port} ${path}`, async () => {
      const response = await fetch(`http://127.0.0.1:${sightline.ports[port]}${path}`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain(holds);
    });
  answers('http', '/health', 'ok');
  answers('http', '/ready', 'ready');
  answers('http', '/metrics', 'sightline_store_inserted_rows_total');
  answers('http', '/api/status', '"isReady":true');
  answers('http', '/prometheus/api/v1/query?query=1%2B1', '"2"');
  answers('http', '/loki/loki/api/v1/query?query=vector(1)%2Bvector(1)', '"2"');
  answers('http', '/loki/api/v1/labels', '"success"');
  answers('http', '/loki/ready', 'ready');
  answers('http', '/tempo/api/echo', 'echo');
  answers('prometheus', '/api/v1/query?query=1%2B1', '"2"');
  answers('prometheus', '/-/healthy', '');
  answers('loki', '/loki/api/v1/labels', '"success"');
  answers('loki', '/ready', 'ready');
  answers('tempo', '/api/echo', 'echo');
  answers('otlpHttp', '/health', '');
  answers('metrics', '/metrics', 'otelcol_exporter_sent_metric_points');
  answers('health', '/', 'Server available');

  it("leads from pages of Jaeger's UI to the same in its own", async () => {
    const address = `http://127.0.0.1:${sightline.ports.jaeger}/trace/5b8efff798038103`;
    const response = await fetch(address, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(`http:${response.headers.get('location')}`).toBe(
      `${sightline.url}/trace/5b8efff798038103`,
    );
  });

  it('takes OTLP on the main port by path, and Loki pushes by both', async () => {
    const send = (path: string, body: object) =>
      fetch(sightline.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const streams = [{ stream: { app: 'x' }, values: [[`${Date.now()}000000`, 'line']] }];
    const statuses = [
      (await send('/otlp/v1/traces', { resourceSpans: [] })).status,
      (await send('/loki/api/v1/push', { streams })).status,
      (await send('/loki/loki/api/v1/push', { streams })).status,
    ];
    expect(statuses).toEqual([200, 204, 204]);
  });

  it('writes its own metrics, logs and traces into its own store', async () => {
    await fetch(`${sightline.url}/tempo/api/search?q=%7B%7D&limit=1`);
    await expect
      .poll(
        async () => {
          await sightline.flush();
          const start = Date.now() - 60_000;
          const spans = await sightline.query.traceql.search(
            '{ resource.service.name = "sightline" && name = "GET /api/search" }',
            { start },
          );
          const logs = await sightline.query.logql.range('{service_name="sightline"}', { start });
          const metrics = await sightline.query.promql.instant('sightline_ready{job="sightline"}');
          return [spans.length > 0, logs.result.length > 0, metrics.result.length > 0];
        },
        { timeout: 15_000, interval: 250 },
      )
      .toEqual([true, true, true]);
  });
});

describe('errors and limits', () => {
  it('are counted by their code', async () => {
    const ask = (query: string) =>
      fetch(`${sightline.url}/prometheus/api/v1/query_range?${query}`).then(({ status }) => status);
    expect(await ask('query=up&start=0&end=1000000&step=1')).toBe(400);
    expect(await ask('query=sum(&start=0&end=1&step=1')).toBe(400);
    const text = await (await fetch(`${sightline.url}/metrics`)).text();
    expect(text).toMatch(/sightline_server_refused_total\{[^}]*reason="limit_points"\} 1\n/);
    expect(text).toMatch(/sightline_server_refused_total\{[^}]*reason="promql_parse"\} 1\n/);
  });
});
