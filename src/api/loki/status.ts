// GET /ready and /loki/api/v1/status/buildinfo

import { jsonResponse, probe, type Route, route, textResponse } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';

/** The version of Loki whose API this is; Grafana turns features on by it. */
export const compatibleVersion = '3.7.6';

export const ready = ({ isReady }: LokiApiDeps): Route =>
  probe('/ready', () =>
    isReady()
      ? textResponse('ready\n')
      : textResponse('not ready: the store has not started\n', 503),
  );

export const buildinfo = (): Route =>
  route(['GET'], '/loki/api/v1/status/buildinfo', () =>
    jsonResponse({
      version: compatibleVersion,
      revision: '',
      branch: '',
      buildUser: 'sightline',
      buildDate: '',
      goVersion: '',
    }),
  );
