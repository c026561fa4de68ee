// /-/healthy, /-/ready, /-/reload and /-/quit, in the words that probes and operators know.
// https://prometheus.io/docs/prometheus/latest/management_api/
import { InputError } from '#lib/errors.ts';
import { type HttpHandler, probe, type Route, textResponse } from '#server/route.ts';
import { messageOf } from './error-response.ts';
import type { PrometheusViews } from './views.ts';

export const healthy: Route = probe('/-/healthy', () =>
  textResponse('Prometheus Server is Healthy.\n'),
);

export function ready(isReady: () => boolean): Route {
  return probe('/-/ready', () =>
    isReady()
      ? textResponse('Prometheus Server is Ready.\n')
      : textResponse('Service Unavailable\n', 503),
  );
}

/** `isEnabled` is prometheus.enable_lifecycle. Without configuration files there is nothing to do. */
export function reload(views: PrometheusViews, isEnabled: boolean): Route {
  return lifecycleRoute('/-/reload', async () => {
    if (!isEnabled) return refusal;
    try {
      await (views.reload ?? views.config?.reload)?.();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return textResponse(`failed to reload config: ${messageOf(error)}\n`, 500);
    }
    return { status: 200 };
  });
}

/** The program ends when its supervisor says so, not by a request. */
export const quit: Route = lifecycleRoute('/-/quit', () => refusal);

const refusal = textResponse('Lifecycle API is not enabled.', 403);

/** Other methods are told which ones there are. */
function lifecycleRoute(path: string, act: HttpHandler): Route {
  return {
    methods: ['GET', 'POST', 'PUT'],
    path,
    handle: (request) =>
      request.method === 'POST' || request.method === 'PUT'
        ? act(request)
        : textResponse('Only POST or PUT requests allowed', 405, { allow: 'POST, PUT' }),
  };
}
