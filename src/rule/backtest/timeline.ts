// What a backtest answers: when each alert would have been pending and firing.
import type { Labels } from '#query/vector/value.ts';

export interface AlertSpan {
  readonly state: 'pending' | 'firing';
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  /** The first evaluation that saw another state; undefined: it lasted to the end. */
  readonly toMs: number | undefined;
}

export interface AlertTimeline {
  readonly labels: Labels;
  /** As of when it first fired; empty when it never did. */
  readonly annotations: Labels;
  readonly spans: readonly AlertSpan[];
}

export interface RuleTimeline {
  readonly group: string;
  readonly file: string;
  readonly name: string;
  readonly query: string;
  readonly forSeconds: number;
  readonly keepFiringForSeconds: number;
  readonly intervalSeconds: number;
  /** '' when all evaluations went well. */
  readonly error: string;
  /** How often an alert began to fire. */
  readonly firings: number;
  readonly alerts: readonly AlertTimeline[];
}

export interface Backtest {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rules: readonly RuleTimeline[];
}
