// What a TraceQL metrics query is asked and answers.
import type { UnixMs, UnixNano } from '#model/unit.ts';
import type { NamedValue } from '../eval/summary.ts';

export interface MetricsRequest {
  readonly tenant: string;
  readonly query: string;
  /** Without: the last hour. */
  readonly fromNano?: UnixNano | undefined;
  readonly toNano?: UnixNano | undefined;
  /** How far before the end a request without start begins; without: 1 h. */
  readonly sinceNano?: bigint | undefined;
  /** Of a range query; without: chosen from the range as Tempo does. */
  readonly stepNano?: bigint | undefined;
  /** Exemplars of the whole answer; 0 for none, undefined for Tempo's default. */
  readonly exemplars?: number | undefined;
}

export interface MetricsSample {
  readonly timeMs: UnixMs;
  readonly value: number;
}

export interface MetricsExemplar {
  /** Attributes of the span, `trace:id` among them. */
  readonly labels: readonly NamedValue[];
  readonly value: number;
  readonly timeMs: UnixMs;
}

export interface MetricsSeries {
  /** In the order of by(); `__name__` where there is no by(). */
  readonly labels: readonly NamedValue[];
  /** Rising; of an instant query there is one. */
  readonly samples: readonly MetricsSample[];
  readonly exemplars: readonly MetricsExemplar[];
}

export interface MetricsAnswer {
  readonly series: readonly MetricsSeries[];
  /** Whether the engine made all of it: no span was read. */
  readonly isPushed: boolean;
  readonly inspectedSpans: number;
}
