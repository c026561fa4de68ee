// One alert: an instance of an alerting rule, by its labels.
import type { Labels } from '#query/vector/value.ts';
import type { AlertState } from './view.ts';

/** Changed by its rule only. Times in milliseconds since 1970. */
export interface Alert {
  state: AlertState;
  readonly labels: Labels;
  annotations: Labels;
  value: number;
  activeAtMs: number;
  firedAtMs: number | undefined;
  /** Since when only keep_firing_for keeps it. */
  keepFiringSinceMs: number | undefined;
  resolvedAtMs: number | undefined;
  lastSentAtMs: number | undefined;
  /** When an Alertmanager may take it for resolved, if it hears nothing more. */
  validUntilMs: number | undefined;
}

/** How long an alert that is resolved is remembered, and sent again to those who may have missed it. */
export const resolvedRetentionMs = 15 * 60_000;

export function needsSending(alert: Alert, timeMs: number, resendDelayMs: number): boolean {
  if (alert.state === 'pending') return false;
  const { lastSentAtMs, resolvedAtMs } = alert;
  if (lastSentAtMs === undefined) return true;
  if (resolvedAtMs !== undefined && resolvedAtMs > lastSentAtMs) return true;
  return lastSentAtMs + resendDelayMs < timeMs;
}
