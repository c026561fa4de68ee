// Alerts as the API v2 of Alertmanager takes them.
// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
import { relabel } from '#discovery/relabel.ts';
import { escapeQuery } from '#lib/gotemplate/escape.ts';
import type { LabelPairs, RelabelConfig } from '#prometheus-config/relabel-config.ts';
import type { Labels } from '#query/vector/value.ts';
import { sortedLabels } from '#query/vector/value.ts';
import type { Alert } from '../alert.ts';

/** An alert on its way to Alertmanagers. */
export interface Notification {
  readonly labels: LabelPairs;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly generatorUrl: string;
}

export interface NotificationSettings {
  readonly externalUrl: string;
  readonly externalLabels: Labels;
  /** `alerting.alert_relabel_configs`. */
  readonly relabelConfigs: readonly RelabelConfig[];
}

/** Undefined when relabelling drops it. */
export function toNotification(
  alert: Alert,
  expr: string,
  { externalUrl, externalLabels, relabelConfigs }: NotificationSettings,
): Notification | undefined {
  const all = sortedLabels(Object.entries({ ...externalLabels, ...alert.labels }));
  const labels = relabel(Object.entries(all), relabelConfigs);
  if (!labels || labels.length === 0) return undefined;
  const startsAtMs = alert.firedAtMs ?? alert.activeAtMs;
  return {
    labels,
    annotations: alert.annotations,
    startsAtMs,
    endsAtMs: alert.resolvedAtMs ?? alert.validUntilMs ?? startsAtMs,
    generatorUrl: `${externalUrl}/graph?g0.expr=${escapeQuery(expr)}&g0.tab=1`,
  };
}

export function encodeNotifications(notifications: readonly Notification[]): Uint8Array {
  const alerts = notifications.map(
    ({ labels, annotations, startsAtMs, endsAtMs, generatorUrl }) => ({
      annotations,
      endsAt: new Date(endsAtMs).toISOString(),
      startsAt: new Date(startsAtMs).toISOString(),
      generatorURL: generatorUrl,
      labels: Object.fromEntries(labels),
    }),
  );
  return new TextEncoder().encode(JSON.stringify(alerts));
}
