// /api/overrides: what a tenant has set for itself over the API. Nothing can be set this way here: the file
// and the flags say it for all tenants. So a tenant has no overrides of its own (404, as Tempo answers
// then), and merged with the defaults it has the defaults.
// https://grafana.com/docs/tempo/latest/operations/manage-advanced-systems/user-configurable-overrides/
import { jsonResponse, type Route, textResponse } from '#server/route.ts';
import { tempoRoute } from './error-response.ts';
import { refused } from './params.ts';
import { settingsBelow, type TempoSetting } from './settings.ts';

export function overridesRoutes(settings: readonly TempoSetting[]): Route[] {
  return [
    tempoRoute(['GET'], '/api/overrides', ({ query }) => {
      const scope = query.get('scope') || 'own';
      if (scope === 'own') return { status: 404 };
      if (scope !== 'merged')
        throw refused(`unknown scope "${scope}", valid options are own and merged`);
      const { metrics_generator = {} } = settingsBelow(settings, 'overrides.defaults') as {
        readonly metrics_generator?: object;
      };
      return jsonResponse({ metrics_generator }, 200, { etag: '0' });
    }),
    tempoRoute(['POST', 'PATCH', 'DELETE'], '/api/overrides', () =>
      textResponse(
        'user-configurable overrides are not enabled: set the keys of span_metrics and service_graph\n',
        404,
      ),
    ),
  ];
}
