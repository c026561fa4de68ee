// POST|PUT /api/v1/admin/tsdb/{delete_series,snapshot,clean_tombstones}.
// https://prometheus.io/docs/prometheus/latest/querying/api/#tsdb-admin-apis
import type { Clock } from '#lib/clock.ts';
import { randomHex } from '#lib/random.ts';
import { parseAnySelector } from '#query/promql/catalog.ts';
import { type HttpHandler, jsonResponse, type Route } from '#server/route.ts';
import { noContent, success } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import { requireMatch } from './labels.ts';
import { flagParameter, timeParameter } from './parameters.ts';
import type { TsdbAdmin } from './views.ts';

/** Undefined unless prometheus.enable_admin_api. */
type Admin = TsdbAdmin | undefined;

const adminRoute = (
  admin: Admin,
  name: string,
  act: (admin: TsdbAdmin, ...request: Parameters<HttpHandler>) => ReturnType<HttpHandler>,
): Route => {
  const path = `/api/v1/admin/tsdb/${name}`;
  const answer: HttpHandler = (request) => (admin ? act(admin, request) : disabled);
  return prometheusRoute(['POST', 'PUT'], path, answer, 'match[]');
};

const disabled = jsonResponse(
  { status: 'error', errorType: 'unavailable', error: 'admin APIs disabled' },
  500,
);

export function deleteSeries(admin: Admin): Route {
  return adminRoute(admin, 'delete_series', async ({ deleteSeries }, request) => {
    const form = await request.form();
    const match = form.getAll('match[]');
    requireMatch(match);
    const fromMs = timeParameter(form, 'start') ?? Number.NEGATIVE_INFINITY;
    const toMs = timeParameter(form, 'end') ?? Number.POSITIVE_INFINITY;
    const selectors = match.map(parseAnySelector);
    const { tenant, signal } = request;
    if (fromMs <= toMs) await deleteSeries({ tenant, selectors, fromMs, toMs, signal });
    return noContent;
  });
}

export function snapshot(admin: Admin, clock: Clock): Route {
  return adminRoute(admin, 'snapshot', async (tsdb, request) => {
    // All that is acknowledged is on disk: there is no head to leave out.
    flagParameter(await request.form(), 'skip_head', 'unable to parse boolean');
    const name = `${compactTime(clock.nowMs())}-${randomHex(8)}`;
    await tsdb.snapshot(name);
    return success({ name });
  });
}

/** `20171210T211224Z`. */
const compactTime = (unixMs: number): string =>
  new Date(unixMs).toISOString().replace(/[-:]|\.\d+/g, '');

/** Deleted samples are taken off the disk at once. */
export function cleanTombstones(admin: Admin): Route {
  return adminRoute(admin, 'clean_tombstones', () => noContent);
}
