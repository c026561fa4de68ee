// A registry of metrics in memory, for tests of connectors: what was counted, by name and labels.

import type { Pairs } from '#model/canonical.ts';
import type { MetricRegistry, TracePoint } from '#pipeline/metric-registry.ts';

export interface FakeRegistry extends MetricRegistry {
  /** `name{label="value",…}`, with the tenant in front if there is one, and the count or value. */
  readonly counts: Map<string, number>;
  /** Observed values of histograms by the same name. */
  readonly values: Map<string, number[]>;
  /** Trace ids of the exemplars, as hex. */
  readonly traceIds: Map<string, string[]>;
}

export function createFakeRegistry(): FakeRegistry {
  const counts = new Map<string, number>();
  const values = new Map<string, number[]>();
  const traceIds = new Map<string, string[]>();
  const keyOf = (tenant: string, name: string, labels: Pairs): string => {
    const list = labels.map(([label, value]) => `${label}="${value}"`).join(',');
    return `${tenant === '' ? '' : `${tenant}/`}${name}{${list}}`;
  };
  const facts = { isAlive: true, isOverflow: false } as const;
  const push = <T>(lists: Map<string, T[]>, key: string, value: T): void => {
    lists.set(key, [...(lists.get(key) ?? []), value]);
  };
  return {
    counts,
    values,
    traceIds,
    counter: (tenant, name, labels) => {
      const key = keyOf(tenant, name, labels);
      return { ...facts, add: (amount) => counts.set(key, (counts.get(key) ?? 0) + amount) };
    },
    gauge: (tenant, name, labels) => {
      const key = keyOf(tenant, name, labels);
      return { ...facts, set: (value) => counts.set(key, value) };
    },
    histogram: (tenant, name, labels) => {
      const key = keyOf(tenant, name, labels);
      return {
        ...facts,
        observe: (value: number, at?: TracePoint) => {
          push(values, key, value);
          if (at) push(traceIds, key, hexOf(at));
        },
      };
    },
  };
}

const hexOf = ({ traceIds, traceIdAt }: TracePoint): string =>
  Buffer.from(traceIds.subarray(traceIdAt, traceIdAt + 16)).toString('hex');
