// Bytes of spans by tenant and service: Tempo's usage tracker, which shows who sends how much.
// https://grafana.com/docs/tempo/latest/api_docs/#usage-metrics
import type { Meter, MetricPoint } from '#internal-telemetry/meter.ts';
import { attributeText } from '#model/attribute.ts';
import type { Batch } from '#model/batch.ts';
import type { SpanObserver } from './observe-spans.ts';

export const usageMetric = 'tempo_usage_tracker_bytes_received_total';
const help = 'Bytes of spans committed, as OTLP protobuf, by tenant and service.';

/** What the tenant is called where there are no tenants, and the tracker: as in Tempo. */
const noTenant = 'single-tenant';
const tracker = 'cost-attribution';
/** Tenants, and services of one of them; those beyond count together. */
const tenantsMax = 1000;
const servicesMax = 1000;
const overflow = '__overflow__';

/** The family is in the meter from the call on. */
export function createUsageTracker(meter: Meter): SpanObserver {
  const tenants = new Map<string, Map<string, number>>();
  meter.add({ name: usageMetric, help, kind: 'counter', read: () => pointsOf(tenants) });
  return { observe: (batch) => count(tenants, batch) };
}

function count(tenants: Map<string, Map<string, number>>, batch: Batch<'traces'>): void {
  const { origins = [], spanBytes } = batch;
  if (spanBytes === undefined) return;
  const isRoom = tenants.has(batch.tenant) || tenants.size < tenantsMax;
  const tenant = isRoom ? batch.tenant : overflow;
  const services = tenants.get(tenant) ?? new Map<string, number>();
  tenants.set(tenant, services);
  let row = 0;
  for (const { endRow, resourceAttributes } of origins) {
    let bytes = 0;
    for (; row < endRow; row++) bytes += spanBytes[row] as number;
    const named = attributeText(resourceAttributes.get('service.name') ?? '');
    const service = services.has(named) || services.size < servicesMax ? named : overflow;
    services.set(service, (services.get(service) ?? 0) + bytes);
  }
}

const pointsOf = (tenants: ReadonlyMap<string, ReadonlyMap<string, number>>): MetricPoint[] =>
  [...tenants].flatMap(([tenant, services]) =>
    [...services].map(([service, value]) => ({
      labels: { service, tenant: tenant === '' ? noTenant : tenant, tracker },
      value,
    })),
  );
