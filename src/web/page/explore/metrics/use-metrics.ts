// What the metrics mode knows about the stored metrics: families, jobs, and answers for completion.

import { useMemo } from 'react';
import { queryLabelValues } from '../../../data/prometheus/label-values.ts';
import { queryLabels } from '../../../data/prometheus/labels.ts';
import { queryMetadata } from '../../../data/prometheus/metadata.ts';
import { useRequest } from '../../../data/use-request.ts';
import type { Lookups } from '../../../editor/completion.ts';
import { promqlNames } from '../../../editor/definition-names.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';
import { type Family, toFamilies } from './families.ts';

const coarseMs = 10_000;

/** Names change slowly: asked again when the range moves by ten seconds, not at every refresh. */
export function coarse({ fromMs, toMs }: ResolvedRange): ResolvedRange {
  return {
    fromMs: Math.floor(fromMs / coarseMs) * coarseMs,
    toMs: Math.ceil(toMs / coarseMs) * coarseMs,
  };
}

export interface KnownMetrics {
  readonly families: readonly Family[];
  readonly jobs: readonly string[];
  readonly isLoaded: boolean;
}

export function useKnownMetrics(resolved: ResolvedRange, job: string | undefined): KnownMetrics {
  const range = coarse(resolved);
  const key = `${range.fromMs} ${range.toMs} ${job ?? ''}`;
  const names = useRequest(key, async (signal) => {
    const match = job === undefined ? undefined : `{job=${JSON.stringify(job)}}`;
    const [all, metadata] = await Promise.all([
      queryLabelValues({ name: '__name__', range, match }, signal),
      queryMetadata(signal),
    ]);
    return toFamilies(all, metadata);
  });
  const jobs = useRequest(`${range.fromMs} ${range.toMs}`, (signal) =>
    queryLabelValues({ name: 'job', range }, signal),
  );
  return {
    families: names.value ?? noFamilies,
    jobs: jobs.value ?? noNames,
    isLoaded: names.value !== undefined || names.error !== undefined,
  };
}

const noFamilies: readonly Family[] = [];
const noNames: readonly string[] = [];

export function useMetricLookups(families: readonly Family[], resolved: ResolvedRange): Lookups {
  const { fromMs, toMs } = coarse(resolved);
  return useMemo(() => {
    const range = { fromMs, toMs };
    const signal = AbortSignal.timeout(600_000);
    const matchOf = (metric: string) => (metric === '' ? undefined : metric);
    return {
      names: async () => [
        ...families.flatMap((family) =>
          seriesNames(family).map((name) => ({
            name,
            kind: 'metric' as const,
            detail: family.kind,
          })),
        ),
        ...(await promqlNames()),
      ],
      labels: async (metric) => {
        const labels = await queryLabels(range, matchOf(metric), signal);
        return labels.filter((label) => label !== '__name__');
      },
      values: async (name, metric) => {
        const values = await queryLabelValues({ name, range, match: matchOf(metric) }, signal);
        return values.map((value) => ({ value }));
      },
      stages: async () => [],
    };
  }, [families, fromMs, toMs]);
}

const seriesNames = ({ name, kind }: Family): readonly string[] => {
  if (kind === 'histogram') return ['_bucket', '_count', '_sum'].map((suffix) => name + suffix);
  return kind === 'summary' ? [name, `${name}_count`, `${name}_sum`] : [name];
};
