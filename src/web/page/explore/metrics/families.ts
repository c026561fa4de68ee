// Metric names and their metadata → families: what a person calls one metric. A classic histogram is
// three names to Prometheus and one family here.

import type { MetricMetadata } from '../../../data/prometheus/metadata.ts';

export type FamilyKind =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'native histogram'
  | 'summary'
  | 'info';

export interface Family {
  readonly name: string;
  readonly kind: FamilyKind;
  readonly help: string;
}

export type Metadata = Readonly<Record<string, MetricMetadata>>;

export function toFamilies(names: readonly string[], metadata: Metadata): readonly Family[] {
  const all = new Set(names);
  const families = new Map<string, Family>();
  for (const name of names) {
    const family = familyOf(name, all, metadata);
    if (!families.has(family.name)) families.set(family.name, family);
  }
  return [...families.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function familyOf(name: string, all: ReadonlySet<string>, metadata: Metadata): Family {
  const part = /^(.*)_(bucket|sum|count)$/.exec(name);
  const base = part?.[1] ?? '';
  if (part !== null && metadata[name] === undefined) {
    const help = metadata[base]?.help ?? '';
    if (all.has(`${base}_bucket`)) return { name: base, kind: 'histogram', help };
    if (
      metadata[base]?.type === 'summary' ||
      (all.has(`${base}_sum`) && all.has(`${base}_count`))
    ) {
      return { name: base, kind: 'summary', help };
    }
  }
  const described = metadata[name] ?? metadata[name.replace(/_total$/, '')];
  return { name, kind: kindOf(name, described), help: described?.help ?? '' };
}

function kindOf(name: string, described: MetricMetadata | undefined): FamilyKind {
  switch (described?.type) {
    case 'counter':
      return 'counter';
    case 'histogram':
    case 'gaugehistogram':
      return 'native histogram';
    case 'summary':
      return 'summary';
    case 'info':
    case 'stateset':
      return 'info';
    case 'gauge':
      return 'gauge';
    default:
      if (/_(?:total|created)$/.test(name)) return 'counter';
      return name.endsWith('_info') ? 'info' : 'gauge';
  }
}

/** The family that a metric name in a query belongs to. */
export function findFamily(families: readonly Family[], metric: string): Family | undefined {
  const base = metric.replace(/_(?:bucket|sum|count)$/, '');
  return families.find(({ name }) => name === metric) ?? families.find(({ name }) => name === base);
}
