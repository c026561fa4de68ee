// `import { startSightline } from 'sightline'`: several instances in one file, each with data of its
// own; what was accepted is queryable after flush(), in all three languages.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { sendOtlpJson } from '../lib/otlp-client.ts';

const traceId = '5b8efff798038103d269b633813fc60c';
let instances: Sightline[];

beforeAll(async () => {
  instances = await Promise.all([startSightline(), startSightline()]);
});
afterAll(() => Promise.all(instances.map((instance) => instance.stop())));

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** One span, one line and one counter of `service`. */
async function sendAll(sightline: Sightline, service: string): Promise<void> {
  const url = `http://127.0.0.1:${sightline.ports.otlpHttp}`;
  const resource = { attributes: [text('service.name', service)] };
  const nowNano = `${Date.now()}000000`;
  const span = { traceId, spanId: 'eee19b7ec3c1b174', name: 'work', kind: 1 };
  const times = { startTimeUnixNano: nowNano, endTimeUnixNano: nowNano };
  const spans = [{ ...span, ...times }];
  const logRecords = [{ timeUnixNano: nowNano, body: { stringValue: `hello from ${service}` } }];
  const dataPoints = [{ timeUnixNano: nowNano, asInt: '7' }];
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints };
  const answers = await Promise.all([
    sendOtlpJson(url, 'traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
    sendOtlpJson(url, 'logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
    sendOtlpJson(url, 'metrics', {
      resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'jobs.done', sum }] }] }],
    }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
}

describe('startSightline', () => {
  it('keeps instances apart, and has everything after flush', async () => {
    const names = ['alpha', 'beta'];
    await Promise.all(instances.map((instance, i) => sendAll(instance, names[i] as string)));
    await Promise.all(instances.map((instance) => instance.flush()));
    for (const [i, { query }] of instances.entries()) {
      const service = names[i] as string;
      const start = Date.now() - 60_000;
      const metrics = await query.promql.instant('jobs_done_total');
      expect(metrics).toMatchObject({
        result: [{ metric: { job: service }, value: [expect.any(Number), '7'] }],
      });
      const lines = await query.logql.range(`{service_name="${service}"} |= "hello"`, { start });
      expect(lines.result).toHaveLength(1);
      expect(lines).toMatchObject({
        result: [{ values: [[expect.any(String), `hello from ${service}`]] }],
      });
      const found = await query.traceql.search(`{ resource.service.name = "${service}" }`, {
        start,
      });
      expect(found.map(({ traceID, rootServiceName }) => [traceID, rootServiceName])).toEqual([
        [traceId, service],
      ]);
      const trace = await query.traceql.trace(traceId);
      expect(trace?.resourceSpans).toHaveLength(1);
    }
  });

  it('says what is wrong with a query, with a code', async () => {
    const [sightline] = instances as [Sightline, Sightline];
    await expect(sightline.query.promql.instant('sum(')).rejects.toMatchObject({
      code: 'query_refused',
    });
    await expect(sightline.query.logql.instant('{')).rejects.toMatchObject({
      code: 'query_refused',
    });
    await expect(sightline.query.traceql.search('{ nonsense', { start: 0 })).rejects.toMatchObject({
      code: 'query_refused',
    });
  });

  it('knows no trace that nobody sent', async () => {
    const [sightline] = instances as [Sightline, Sightline];
    expect(await sightline.query.traceql.trace('ab'.repeat(16))).toBeUndefined();
  });

  it('stops once, whoever asks', async () => {
    const sightline = await startSightline();
    await Promise.all([sightline.stop(), sightline.stop()]);
    await expect(fetch(`${sightline.url}/health`)).rejects.toThrow();
    await sightline.stop();
  });

  it('refuses an option that does not exist and leaves nothing behind', async () => {
    const start = startSightline({ config: { query: { time_out: '5s' } } });
    await expect(start).rejects.toThrow('query.time_out: there is no such option');
  });
});
