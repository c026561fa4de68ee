// What clients ask before they search: is it there, is it ready, which version is it.
import { jsonResponse, probe, type Route, textResponse } from '#server/route.ts';
import { tempoRoute } from './error-response.ts';

/** The version whose API this is; Grafana chooses its features by it. */
export const tempoVersion = '3.0.3';

export interface BuildFacts {
  /** Our own version. */
  readonly version: string;
  readonly nodeVersion: string;
}

export const echo: Route = tempoRoute(['GET'], '/api/echo', () => textResponse('echo\n'));

export const ready = (isReady: () => boolean): Route =>
  probe('/ready', () =>
    isReady() ? textResponse('ready\n') : textResponse('the store is not ready\n', 503),
  );

export const buildinfo = ({ version, nodeVersion }: BuildFacts): Route =>
  tempoRoute(['GET'], '/api/status/buildinfo', () =>
    jsonResponse({
      version: tempoVersion,
      revision: `sightline-${version}`,
      branch: '',
      buildUser: '',
      buildDate: '',
      goVersion: `node ${nodeVersion}`,
    }),
  );
