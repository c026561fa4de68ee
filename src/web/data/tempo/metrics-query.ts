// GET /tempo/api/metrics/query → one value for a whole range.

import type { ResolvedRange } from '../../frame/time-range.ts';
import { requestJson } from '../request.ts';

/** The duration that nine of ten spans do not exceed, as TraceQL writes it; undefined without spans. */
export async function querySlowest(
  { query, range }: { query: string; range: ResolvedRange },
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await requestJson<{ readonly series?: readonly { value?: number | string }[] }>(
    'tempo/api/metrics/query',
    {
      q: `${query} | quantile_over_time(duration, .9)`,
      start: Math.floor(range.fromMs / 1000),
      end: Math.ceil(range.toMs / 1000),
    },
    { signal },
  );
  return toDuration(Number(answer.series?.[0]?.value ?? 0));
}

/** Three digits are enough to split spans by. */
export function toDuration(seconds: number): string | undefined {
  if (!(seconds > 0)) return undefined;
  const [scale, unit] = seconds >= 1 ? [1, 's'] : seconds >= 1e-3 ? [1e3, 'ms'] : [1e6, 'us'];
  return `${Number((seconds * scale).toPrecision(3))}${unit}`;
}
