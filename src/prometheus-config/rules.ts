// What a rule file says: groups of recording and alerting rules. Expressions and templates are text
// here; who can parse them does (src/rule, `sightline check-config`).
// https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
import type { Place } from './place.ts';

/** A text and where it begins; inside quotes and blocks, of the scalar that it is written in. */
export interface PlacedText {
  readonly text: string;
  readonly place: Place;
}

/** In the order of the file. */
export type PlacedTexts = ReadonlyMap<string, PlacedText>;

interface RuleBase {
  /** Of the rule in its list. */
  readonly place: Place;
  readonly expr: PlacedText;
  /** Its own and those of its group, its own winning. */
  readonly labels: PlacedTexts;
}

export interface RecordingRuleConfig extends RuleBase {
  readonly kind: 'record';
  readonly name: PlacedText;
}

export interface AlertingRuleConfig extends RuleBase {
  readonly kind: 'alert';
  readonly name: PlacedText;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly annotations: PlacedTexts;
}

export type RuleConfig = RecordingRuleConfig | AlertingRuleConfig;

export interface RuleGroupConfig {
  readonly name: string;
  readonly file: string;
  readonly place: Place;
  /** Undefined: `global.evaluation_interval`. */
  readonly intervalMs: number | undefined;
  /** Undefined: `global.rule_query_offset`. */
  readonly queryOffsetMs: number | undefined;
  /** 0: none. */
  readonly limit: number;
  readonly labels: PlacedTexts;
  readonly rules: readonly RuleConfig[];
}

export interface RuleFile {
  readonly file: string;
  readonly groups: readonly RuleGroupConfig[];
}
