// After a restart: since when each pending alert is pending, from ALERTS_FOR_STATE in the store, so that
// `for` does not begin anew. https://prometheus.io/docs/prometheus/latest/command-line/prometheus/
import type { Matcher } from '#query/promql/syntax/ast.ts';
import { dropName, METRIC_NAME } from '#query/vector/label.ts';
import { isStaleMarker } from '#query/vector/stale.ts';
import { labelsKey, type RawSeries } from '#query/vector/value.ts';
import type { Alert } from './alert.ts';
import { ALERTS_FOR_STATE, type AlertingRule } from './alerting-rule.ts';
import type { RuleReader } from './evaluation.ts';

export interface RestoreSettings {
  /** How long the program may have been away: rules.alert.for-outage-tolerance. */
  readonly outageToleranceMs: number;
  /** The least time between the restart and firing: rules.alert.for-grace-period. */
  readonly forGracePeriodMs: number;
}

export const defaultRestoreSettings: RestoreSettings = {
  outageToleranceMs: 3_600_000,
  forGracePeriodMs: 600_000,
};

/** Throws what the store throws; the rule counts as restored in any case. */
export async function restoreRule(
  rule: AlertingRule,
  reader: RuleReader,
  timeMs: number,
  settings: RestoreSettings,
): Promise<void> {
  try {
    // A rule that fires sooner than the grace period ends gains nothing.
    if (rule.config.forMs < settings.forGracePeriodMs) return;
    const found = await reader.select(stateMatchers(rule.name), {
      fromMs: timeMs - settings.outageToleranceMs,
      toMs: timeMs,
    });
    const byLabels = new Map(found.map((series) => [labelsKey(dropName(series.labels)), series]));
    for (const [key, alert] of rule.alerts) {
      const series = byLabels.get(key);
      if (series) restoreAlert(alert, series, { timeMs, forMs: rule.config.forMs }, settings);
    }
  } finally {
    rule.isRestored = true;
  }
}

function stateMatchers(name: string): Matcher[] {
  const span = { from: 0, to: 0 };
  return [
    { label: METRIC_NAME, operator: '=', value: ALERTS_FOR_STATE, span },
    { label: 'alertname', operator: '=', value: name, span },
  ];
}

function restoreAlert(
  alert: Alert,
  { times, values }: RawSeries,
  { timeMs, forMs }: { readonly timeMs: number; readonly forMs: number },
  { forGracePeriodMs }: RestoreSettings,
): void {
  const last = times.length - 1;
  if (last < 0 || isStaleMarker(values, last)) return;
  const downAtMs = times[last] as number;
  const activeAtMs = Math.trunc(values[last] as number) * 1000;
  const remainingMs = forMs - (downAtMs - activeAtMs);
  if (remainingMs <= 0) {
    // It was firing; the next evaluation lets it fire again.
    alert.activeAtMs = activeAtMs;
  } else if (remainingMs < forGracePeriodMs) {
    alert.activeAtMs = timeMs + forGracePeriodMs - forMs;
  } else {
    // The time of the outage does not count as pending.
    alert.activeAtMs = activeAtMs + (timeMs - downAtMs);
  }
}
