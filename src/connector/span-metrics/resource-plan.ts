// What the resource of a span contributes to the labels of its series, worked out once per resource.
import { Hash64 } from '#lib/hash.ts';
import { attributeText } from '#model/attribute.ts';
import { CanonicalBytes, type Pairs, sortedPairs } from '#model/canonical.ts';
import { cutValue, dimensionLabel } from '#model/trace-metrics.ts';
import type { SpanMetricsSettings } from './settings.ts';

export interface ResourcePlan {
  /** Where the keys of its series begin: a hash of everything below but target info. */
  readonly seedLow: number;
  readonly seedHigh: number;
  readonly service: string;
  /** `job` and `instance`, where they are asked for. */
  readonly jobLabels: Pairs;
  /** By attribute that is wanted: its text, undefined when only a span can have it. */
  readonly values: readonly (string | undefined)[];
  /** The wanted ones that only a span can have. */
  readonly missing: readonly number[];
  /** The labels of traces_target_info; undefined for none. */
  readonly targetInfo: Pairs | undefined;
  /** Undefined when the resource does not say. */
  readonly weight: number | undefined;
}

export type ResourceAttributes = ReadonlyMap<string, string>;

/** The attributes that labels are made of. */
export const wantedAttributes = (settings: SpanMetricsSettings): readonly string[] => [
  ...new Set([
    ...settings.dimensions,
    ...settings.dimensionMappings.flatMap(({ sources }) => sources),
  ]),
];

export function planResource(
  attributes: ResourceAttributes,
  settings: SpanMetricsSettings,
  wanted: readonly string[],
): ResourcePlan {
  const text = (key: string): string | undefined => {
    const stored = attributes.get(key);
    return stored === undefined ? undefined : attributeText(stored);
  };
  const service = settings.intrinsics.includes('service') ? (text('service.name') ?? '') : '';
  const jobLabels = jobLabelsOf(text, settings);
  const values = wanted.map(text);
  const hash = new Hash64();
  new CanonicalBytes()
    .text(service)
    .pairs(jobLabels)
    .pairs(values.flatMap((value, i) => (value === undefined ? [] : [[String(i), value] as const])))
    .hashInto(hash);
  return {
    seedLow: hash.low,
    seedHigh: hash.high,
    service,
    jobLabels,
    values,
    missing: values.flatMap((value, i) => (value === undefined ? [i] : [])),
    targetInfo: targetInfoOf(attributes, settings, jobLabels),
    weight: weightOf(text(settings.spanMultiplierKey)),
  };
}

/** A counter is a double: with much more it would count single spans no longer. */
const weightMax = 1e6;

/** One for how many: spans that were sampled with probability 0.1 count ten times. */
export function weightOf(probability: string | undefined): number | undefined {
  const value = Number(probability ?? 0);
  return value > 0 && value < Number.POSITIVE_INFINITY ? Math.min(1 / value, weightMax) : undefined;
}

function jobLabelsOf(
  text: (key: string) => string | undefined,
  { enableTargetInfo, enableInstanceLabel }: SpanMetricsSettings,
): Pairs {
  if (!enableTargetInfo) return [];
  const name = text('service.name') ?? '';
  const namespace = text('service.namespace') ?? '';
  const job = name !== '' && namespace !== '' ? `${namespace}/${name}` : name;
  const instance = enableInstanceLabel ? (text('service.instance.id') ?? '') : '';
  return [['instance', instance] as const, ['job', job] as const].filter(([, value]) => value);
}

/** What job and instance say already. */
const identifying = ['service.name', 'service.namespace', 'service.instance.id'];

function targetInfoOf(
  attributes: ResourceAttributes,
  { enableTargetInfo, targetInfoExcludedDimensions }: SpanMetricsSettings,
  jobLabels: Pairs,
): Pairs | undefined {
  if (!enableTargetInfo || jobLabels.length === 0) return undefined;
  const excluded = new Set([...identifying, ...targetInfoExcludedDimensions]);
  const others = [...attributes]
    .filter(([key, stored]) => !excluded.has(key) && /^\D/.test(key) && attributeText(stored))
    .map(([key, stored]) => [dimensionLabel(key), cutValue(attributeText(stored))] as const);
  return others.length === 0 ? undefined : sortedPairs([...others, ...jobLabels]);
}
