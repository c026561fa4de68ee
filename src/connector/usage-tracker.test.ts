import { expect, it } from 'vitest';
import { decodeTraces } from '#codec/otlp/decode.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { IdentityCache } from '#model/identity.ts';
import { encodeOtlp, tracesOf } from '../../test/lib/otlp-json.ts';
import { createUsageTracker, usageMetric } from './usage-tracker.ts';

const span = (name: string) => ({
  traceId: '01'.repeat(16),
  spanId: '02'.repeat(8),
  name,
  startTimeUnixNano: '1',
  endTimeUnixNano: '2',
});

function batchOf(tenant: string, service: string, names: readonly string[]) {
  const resource = service === '' ? {} : { 'service.name': service };
  const limits = { minUnixNano: undefined, maxUnixNano: undefined };
  const context = { tenant, nowNano: 0n, limits, identities: new IdentityCache() };
  return decodeTraces(encodeOtlp('traces', tracesOf(names.map(span), { resource })), context).batch;
}

it('counts the bytes of spans by tenant and service', () => {
  const meter = createMeter();
  const tracker = createUsageTracker(meter);
  tracker.observe(batchOf('', 'shop', ['a', 'b']));
  tracker.observe(batchOf('', 'shop', ['a']));
  tracker.observe(batchOf('', '', ['a']));
  tracker.observe(batchOf('team', 'shop', ['a'.repeat(101)]));
  const family = meter.collect().find(({ name }) => name === usageMetric);
  const values = family?.points.map(({ labels, value }) => ({ ...labels, value }));
  // 16 + 8 + 8 + 8 bytes of ids and times with their tags and lengths, and the name with its.
  const bytes = 18 + 10 + 9 + 9;
  const same = { tracker: 'cost-attribution' };
  expect(values).toEqual([
    { service: 'shop', tenant: 'single-tenant', ...same, value: 3 * (bytes + 3) },
    { service: '', tenant: 'single-tenant', ...same, value: bytes + 3 },
    { service: 'shop', tenant: 'team', ...same, value: bytes + 103 },
  ]);
});

it('counts services beyond a thousand together', () => {
  const meter = createMeter();
  const tracker = createUsageTracker(meter);
  for (let i = 0; i < 1003; i++) tracker.observe(batchOf('', `s${i}`, ['a']));
  const points = meter.collect().find(({ name }) => name === usageMetric)?.points ?? [];
  expect(points).toHaveLength(1001);
  expect(points.at(-1)).toMatchObject({ labels: { service: '__overflow__' }, value: 3 * 49 });
});

it('counts tenants beyond a thousand together', () => {
  const meter = createMeter();
  const tracker = createUsageTracker(meter);
  for (let i = 0; i < 1003; i++) tracker.observe(batchOf(`t${i}`, 'shop', ['a']));
  const points = meter.collect().find(({ name }) => name === usageMetric)?.points ?? [];
  expect(points).toHaveLength(1001);
  expect(points.at(-1)).toMatchObject({ labels: { tenant: '__overflow__' }, value: 3 * 49 });
});
