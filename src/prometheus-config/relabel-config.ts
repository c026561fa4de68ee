// Relabelling rules, checked and with their expressions compiled.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
import type { RE2JS } from 're2js';

/** Sorted by name, names unique. */
export type LabelPairs = readonly (readonly [name: string, value: string])[];

export const relabelActions = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const;
export type RelabelAction = (typeof relabelActions)[number];

export type NameValidation = 'utf8' | 'legacy';

export interface RelabelConfig {
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  /** As written; `(.*)` by default. It has to match the whole text. */
  readonly regex: string;
  readonly pattern: RE2JS;
  readonly modulus: bigint;
  readonly targetLabel: string;
  readonly replacement: string;
  readonly action: RelabelAction;
  /** What names are taken from a replacement: by `metric_name_validation_scheme`. */
  readonly nameValidation: NameValidation;
}
