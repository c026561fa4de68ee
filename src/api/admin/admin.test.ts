import { describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import type { HttpRequest, HttpResponse, Route } from '#server/route.ts';
import { collectorHealthRoutes, healthRoutes } from './health.ts';
import { metricsRoutes } from './metrics.ts';
import { signalCounts } from './status.ts';

async function ask(routes: readonly Route[], path: string): Promise<HttpResponse> {
  const found = routes.find((candidate) => candidate.path === path);
  if (!found) throw new Error(`no route ${path}`);
  return found.handle({} as HttpRequest);
}

describe('health', () => {
  let reason: string | undefined = 'the engine is starting';
  const source = {
    notReady: () => reason,
    uptimeMs: () => 1500,
    startedAt: '2026-01-01T00:00:00Z',
  };

  it('lives before it is ready', async () => {
    expect((await ask(healthRoutes(source), '/health')).status).toBe(200);
    const ready = await ask(healthRoutes(source), '/ready');
    expect([ready.status, ready.body]).toEqual([503, 'the engine is starting\n']);
    expect((await ask(collectorHealthRoutes(source), '/')).status).toBe(503);
  });

  it('is ready when nothing is missing', async () => {
    reason = undefined;
    expect((await ask(healthRoutes(source), '/ready')).status).toBe(200);
    const collector = await ask(collectorHealthRoutes(source), '/');
    expect(JSON.parse(String(collector.body))).toEqual({
      status: 'Server available',
      upSince: '2026-01-01T00:00:00Z',
      uptime: '1.500s',
    });
  });
});

describe('metrics', () => {
  it('answers in the text format', async () => {
    const meter = createMeter();
    meter.counter('x_total', 'X.').add(3);
    const { headers, body } = await ask(metricsRoutes(meter), '/metrics');
    expect(headers?.['content-type']).toContain('version=0.0.4');
    expect(body).toContain('x_total 3\n');
  });
});

describe('signalCounts', () => {
  it('sums receivers and transports', () => {
    const meter = createMeter();
    const accepted = meter.counter('otelcol_receiver_accepted_spans', 'Accepted spans.');
    accepted.add(2, { transport: 'grpc' });
    accepted.add(3, { transport: 'http' });
    meter.counter('otelcol_receiver_refused_spans', 'Refused spans.').add(1);
    expect(signalCounts(meter.collect(), 'spans')).toEqual({ accepted: 5, refused: 1 });
  });
});
