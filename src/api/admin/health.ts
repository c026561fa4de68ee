// GET /health: the process lives. GET /ready: it can take and answer (503 and the reason until then).
// GET / on the health port: the OpenTelemetry Collector's health_check extension's answer.
import { jsonResponse, probe, type Route, textResponse } from '#server/route.ts';

export interface HealthSource {
  /** Undefined when ready, else one sentence that says what is missing. */
  readonly notReady: () => string | undefined;
  readonly uptimeMs: () => number;
  readonly startedAt: string;
}

export function healthRoutes(source: HealthSource): Route[] {
  return [
    probe('/health', () => textResponse('ok\n')),
    probe('/ready', () => {
      const reason = source.notReady();
      return reason === undefined ? textResponse('ready\n') : textResponse(`${reason}\n`, 503);
    }),
  ];
}

/** Spec: https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/healthcheckextension */
export function collectorHealthRoutes(source: HealthSource): Route[] {
  return [
    probe('/', () => {
      const isReady = source.notReady() === undefined;
      const status = isReady ? 'Server available' : 'Server not available';
      const upSince = source.startedAt;
      const uptime = `${(source.uptimeMs() / 1000).toFixed(3)}s`;
      return jsonResponse({ status, upSince, uptime }, isReady ? 200 : 503);
    }),
  ];
}
