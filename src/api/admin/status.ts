// GET /api/status: what runs, on which ports, and how ingest is doing. For people, the UI and scripts.
import type { MetricFamily } from '#internal-telemetry/meter.ts';
import { jsonResponse, type Route, route } from '#server/route.ts';
import type { SignalCounts, Status } from './status-type.ts';

export function statusRoutes(read: () => Status): Route[] {
  return [route(['GET'], '/api/status', () => jsonResponse(read()))];
}

/** Sums over all receivers of `otelcol_receiver_accepted_<items>` and `…_refused_<items>`. */
export function signalCounts(families: readonly MetricFamily[], items: string): SignalCounts {
  const sum = (verb: string): number =>
    families
      .filter(({ name }) => name.replace(/_total$/, '') === `otelcol_receiver_${verb}_${items}`)
      .flatMap(({ points }) => points)
      .reduce((total, { value }) => total + value, 0);
  return { accepted: sum('accepted'), refused: sum('refused') };
}
