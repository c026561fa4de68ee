// Addresses of views, in one place: what a view shows is all in its address, so that it can be shared
// and so that back and forward work.

import {
  absoluteRange,
  defaultRange,
  type ResolvedRange,
  type TimeRange,
} from '../frame/time-range.ts';

export type ExploreMode = 'metrics' | 'logs' | 'traces';

export interface ExplorePlace {
  readonly mode: ExploreMode;
  /** Undefined: what the mode shows to somebody who has not asked anything. */
  readonly query?: string | undefined;
  readonly range: TimeRange;
  readonly refresh?: string | undefined;
  /** Metrics of this Prometheus job only. */
  readonly job?: string | undefined;
}

export const exploreHref = ({ mode, query, range, refresh, job }: ExplorePlace): string =>
  `/explore?${toParams({ mode, q: query, ...rangeParams(range), refresh, job })}`;

export interface TracePlace {
  readonly traceId: string;
  readonly spanId?: string | undefined;
  readonly range: TimeRange;
}

export const traceHref = ({ traceId, spanId, range }: TracePlace): string =>
  `/trace/${encodeURIComponent(traceId)}?${toParams({ span: spanId, ...rangeParams(range) })}`;

export interface ComparePlace {
  readonly left: string;
  readonly right: string;
  readonly range: TimeRange;
}

/** Two traces side by side. */
export const compareHref = ({ left, right, range }: ComparePlace): string =>
  `/compare/${encodeURIComponent(left)}/${encodeURIComponent(right)}?${toParams(rangeParams(range))}`;

/** The service graph, with one service chosen or none. */
export const servicesHref = (range: TimeRange, service?: string): string =>
  `/services?${toParams({ service, ...rangeParams(range) })}`;

export const statusHref = (range: TimeRange): string => `/status?${toParams(rangeParams(range))}`;

export function readExplore(params: URLSearchParams): {
  readonly mode: ExploreMode;
  readonly query: string | undefined;
  readonly job: string | undefined;
} {
  const mode = params.get('mode');
  return {
    mode: mode === 'logs' || mode === 'traces' ? mode : 'metrics',
    query: params.get('q') ?? undefined,
    job: params.get('job') ?? undefined,
  };
}

export const readRange = (params: URLSearchParams): TimeRange => ({
  from: params.get('from') ?? defaultRange.from,
  to: params.get('to') ?? defaultRange.to,
});

/** The same address with other parameters; undefined takes one out. */
export function withParams(
  place: { readonly path: string; readonly params: URLSearchParams },
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const params = new URLSearchParams(place.params);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) params.delete(name);
    else params.set(name, value);
  }
  return `${place.path}?${params}`;
}

/** Clocks differ between machines and logs are written late: look five minutes around. */
export const marginMs = 300_000;

export const around = ({ fromMs, toMs }: ResolvedRange): TimeRange =>
  absoluteRange(fromMs - marginMs, toMs + marginMs);

const rangeParams = (range: TimeRange) => ({
  from: range.from === defaultRange.from && range.to === defaultRange.to ? undefined : range.from,
  to: range.to === defaultRange.to ? undefined : range.to,
});

function toParams(values: Readonly<Record<string, string | undefined>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') params.set(name, value);
  }
  return params.toString();
}
