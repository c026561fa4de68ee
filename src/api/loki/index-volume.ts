// GET|POST /loki/api/v1/index/volume and /index/volume_range: bytes by series or by label names.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-log-volume
import { InputError } from '#lib/errors.ts';
import type { AggregateBy } from '#query/logql/volume/series.ts';
import type { VolumeSlot } from '#query/logql/volume/volume.ts';
import { type Labels, labelsKey } from '#query/vector/value.ts';
import { type HttpRequest, jsonResponse, type Route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { lokiRoute } from './error-response.ts';
import { parseLimit } from './parameters.ts';
import { rangeRequest, withLimit } from './range-request.ts';

export const indexVolume = (deps: LokiApiDeps): Route =>
  lokiRoute('/loki/api/v1/index/volume', async (request) => {
    const [slot] = await volumesOf(deps, request, await request.form(), false);
    const result = (slot as VolumeSlot).volumes.map(({ labels, bytes }) => ({
      metric: labels,
      value: [(slot as VolumeSlot).endMs / 1000, String(bytes)],
    }));
    return jsonResponse({ status: 'success', data: { resultType: 'vector', result } });
  });

export const indexVolumeRange = (deps: LokiApiDeps): Route =>
  lokiRoute('/loki/api/v1/index/volume_range', async (request) => {
    const slots = await volumesOf(deps, request, await request.form(), true);
    const series = new Map<string, { metric: Labels; values: [number, string][] }>();
    for (const { endMs, volumes } of slots) {
      for (const { labels, bytes } of volumes) {
        const key = labelsKey(labels);
        const found = series.get(key) ?? { metric: labels, values: [] };
        found.values.push([endMs / 1000, String(bytes)]);
        series.set(key, found);
      }
    }
    const result = [...series.values()];
    return jsonResponse({ status: 'success', data: { resultType: 'matrix', result } });
  });

function volumesOf(
  deps: LokiApiDeps,
  request: HttpRequest,
  form: URLSearchParams,
  hasSteps: boolean,
): Promise<VolumeSlot[]> {
  const limit = parseLimit(withLimit(form, form.get('limit')));
  if (!hasSteps) form.delete('step');
  const { asked, stepNano } = rangeRequest(deps, request, form);
  const question = {
    ...asked,
    limit,
    aggregateBy: parseAggregateBy(form.get('aggregateBy')),
    targetLabels: (form.get('targetLabels') ?? '').split(',').filter((name) => name !== ''),
    stepNano: hasSteps ? stepNano : 0n,
  };
  return deps.catalog.volumes(question, form.get('query') ?? '');
}

function parseAggregateBy(text: string | null): AggregateBy {
  if (text === null || text === '' || text === 'series') return 'series';
  if (text === 'labels') return 'labels';
  throw new InputError('loki_parameter', 'invalid aggregation option');
}
