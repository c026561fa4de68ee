// GET /api/v1/status/buildinfo, /-/healthy and /-/ready.
// https://prometheus.io/docs/prometheus/latest/querying/api/#build-information
import { probe, type Route, route, textResponse } from '#server/route.ts';
import { success } from './encode.ts';

/** What clients choose their dialect by: the Prometheus whose language and API this is. */
const prometheusVersion = '3.5.3';

export interface BuildFacts {
  /** Our own version. */
  readonly version: string;
  readonly nodeVersion: string;
}

/** Without `features`: with it, Grafana takes the server for Mimir. */
export function buildinfo({ version, nodeVersion }: BuildFacts): Route {
  return route(['GET'], '/api/v1/status/buildinfo', () =>
    success({
      version: prometheusVersion,
      revision: `sightline-${version}`,
      branch: '',
      buildUser: '',
      buildDate: '',
      goVersion: `node ${nodeVersion}`,
    }),
  );
}

export const healthy: Route = probe('/-/healthy', () => textResponse('Sightline is healthy.\n'));

export function ready(isReady: () => boolean): Route {
  return probe('/-/ready', () =>
    isReady()
      ? textResponse('Sightline is ready.\n')
      : textResponse('Sightline is not ready: the engine does not answer yet.\n', 503),
  );
}
