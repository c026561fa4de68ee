// GET /api/dependencies: which service calls which, and how often.
import type { Clock } from '#lib/clock.ts';
import type { SpanRange } from '#query/trace/compile/range.ts';
import type { Route } from '#server/route.ts';
import { answerJson } from './answer.ts';
import type { JaegerSources } from './api.ts';
import { jaegerRoute, refused, structured } from './error-response.ts';
import { readInteger } from './search-params.ts';

const lookbackDefaultMs = 86_400_000n;
const nanoPerMs = 1_000_000n;
const msMax = 2n ** 63n / nanoPerMs - 1n;

export const dependencies = ({ catalog, clock }: JaegerSources): Route =>
  jaegerRoute(['GET'], '/api/dependencies', async (request) => {
    const { query, tenant, signal } = request;
    const range = { tenant, ...readLookback(query, clock) };
    const service = query.get('service') ?? '';
    const found = await catalog.dependencies(range, signal);
    const data = found
      .filter(({ parent, child }) => service === '' || parent === service || child === service)
      .map(({ parent, child, calls }) => ({ parent, child, callCount: calls }));
    return answerJson(request, structured({ data }));
  });

/** `endTs` and `lookback` in milliseconds: by default the day until now. */
export function readLookback(query: URLSearchParams, clock: Clock): Omit<SpanRange, 'tenant'> {
  const end = readInteger(query, 'endTs') ?? BigInt(Math.trunc(clock.nowMs()));
  const lookback = readInteger(query, 'lookback') ?? lookbackDefaultMs;
  if (lookback < 0n) throw refused("invalid parameter: 'lookback' must not be negative");
  if (end > msMax || end < -msMax) throw refused("invalid parameter: 'endTs' is in milliseconds");
  const from = end - lookback;
  return {
    fromNano: (from < -msMax ? -msMax : from) * nanoPerMs,
    toNano: end * nanoPerMs + 1n,
  };
}
