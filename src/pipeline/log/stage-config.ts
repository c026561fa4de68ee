// Pipeline stages as Promtail and Alloy know them, typed: what both files are read into and what
// `processor/log-stage` builds. Names and defaults are Promtail's; where Alloy has more, it is here too.
// https://grafana.com/docs/loki/latest/send-data/promtail/stages/
// https://grafana.com/docs/alloy/latest/reference/components/loki/loki.process/
import type { Place } from '#prometheus-config/place.ts';

interface StageOf<Kind extends string> {
  readonly kind: Kind;
  /** Where it stands in its file. */
  readonly place: Place;
}

/** A name, and what it is taken from; '' means from the name itself. */
export type NamedSources = readonly (readonly [name: string, source: string])[];

export interface DockerStage extends StageOf<'docker'> {}
export interface CriStage extends StageOf<'cri'> {
  readonly partialLinesMax: number;
  /** 0: no limit. */
  readonly partialLineBytesMax: number;
  readonly cutsPartialLine: boolean;
}
export interface JsonStage extends StageOf<'json'> {
  /** JMESPath by name. */
  readonly expressions: NamedSources;
  /** A name among what was extracted; undefined: the line. */
  readonly source: string | undefined;
  readonly dropsMalformed: boolean;
}
export interface LogfmtStage extends StageOf<'logfmt'> {
  readonly mapping: NamedSources;
  readonly source: string | undefined;
}
export interface RegexStage extends StageOf<'regex'> {
  readonly expression: string;
  readonly source: string | undefined;
  readonly setsLabels: boolean;
}
export interface PatternStage extends StageOf<'pattern'> {
  readonly pattern: string;
  readonly source: string | undefined;
  readonly setsLabels: boolean;
}
export interface ReplaceStage extends StageOf<'replace'> {
  readonly expression: string;
  readonly source: string | undefined;
  readonly replace: string;
}
export interface TemplateStage extends StageOf<'template'> {
  readonly source: string;
  readonly template: string;
}
export interface TimestampStage extends StageOf<'timestamp'> {
  readonly source: string;
  /** A Go layout, the name of one, or Unix, UnixMs, UnixUs, UnixNs. */
  readonly format: string;
  readonly fallbackFormats: readonly string[];
  /** A name of the IANA database. */
  readonly location: string | undefined;
  readonly onFailure: 'fudge' | 'skip';
}
export interface LabelsStage extends StageOf<'labels'> {
  readonly labels: NamedSources;
}
export interface StructuredMetadataStage extends StageOf<'structured_metadata'> {
  readonly values: NamedSources;
  /** Alloy: names of extracted values that match are taken too. */
  readonly regex: string | undefined;
}
export interface StructuredMetadataDropStage extends StageOf<'structured_metadata_drop'> {
  readonly names: readonly string[];
}
export interface StaticLabelsStage extends StageOf<'static_labels'> {
  readonly labels: readonly (readonly [name: string, value: string])[];
}
export interface LabelDropStage extends StageOf<'labeldrop'> {
  readonly names: readonly string[];
}
export interface LabelAllowStage extends StageOf<'labelallow'> {
  readonly names: readonly string[];
}
export interface MatchStage extends StageOf<'match'> {
  /** A LogQL selector, line filters allowed. */
  readonly selector: string;
  readonly action: 'keep' | 'drop';
  readonly dropReason: string;
  readonly pipelineName: string | undefined;
  readonly stages: readonly StageConfig[];
}
export interface DropStage extends StageOf<'drop'> {
  readonly sources: readonly string[];
  readonly separator: string;
  readonly expression: string | undefined;
  readonly value: string | undefined;
  readonly olderThanMs: number | undefined;
  readonly longerThanBytes: number | undefined;
  readonly dropReason: string;
}
export interface LimitStage extends StageOf<'limit'> {
  /** Lines per second. */
  readonly rate: number;
  readonly burst: number;
  /** Else lines wait. */
  readonly drops: boolean;
  readonly byLabel: string | undefined;
  readonly distinctLabelsMax: number;
}
export interface SamplingStage extends StageOf<'sampling'> {
  /** 0 to 1. */
  readonly rate: number;
  readonly dropReason: string;
}
export interface MultilineStage extends StageOf<'multiline'> {
  /** The first line of a block; RE2. */
  readonly firstLine: string;
  readonly linesMax: number;
  readonly waitMsMax: number;
  readonly trimsNewlines: boolean;
}
export interface PackStage extends StageOf<'pack'> {
  readonly labels: readonly string[];
  readonly usesIngestTime: boolean;
}
export interface OutputStage extends StageOf<'output'> {
  readonly source: string;
}
/** One of the three is given. */
export interface TenantStage extends StageOf<'tenant'> {
  readonly source: string | undefined;
  readonly value: string | undefined;
  readonly label: string | undefined;
}
export interface DecolorizeStage extends StageOf<'decolorize'> {}
export interface LuhnStage extends StageOf<'luhn'> {
  readonly replacement: string;
  readonly source: string | undefined;
  readonly lengthMin: number;
  readonly delimiters: string;
}
export interface TruncateStage extends StageOf<'truncate'> {
  readonly rules: readonly {
    readonly sourceType: 'line' | 'label' | 'structured_metadata' | 'extracted';
    readonly sources: readonly string[];
    readonly limitBytes: number;
    readonly suffix: string;
  }[];
}
export interface MetricsStage extends StageOf<'metrics'> {
  readonly metrics: readonly StageMetric[];
}
export interface StageMetric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly description: string;
  /** `promtail_custom_` or `loki_process_custom_` unless said otherwise. */
  readonly prefix: string;
  /** Undefined: the name. */
  readonly source: string | undefined;
  /** Only values equal to it count. */
  readonly value: string | undefined;
  readonly action: 'set' | 'inc' | 'dec' | 'add' | 'sub' | 'observe';
  readonly matchesAll: boolean;
  readonly countsBytes: boolean;
  readonly buckets: readonly number[];
  /** A series that got nothing for so long goes away. */
  readonly idleMsMax: number;
}

export type StageConfig =
  | DockerStage
  | CriStage
  | JsonStage
  | LogfmtStage
  | RegexStage
  | PatternStage
  | ReplaceStage
  | TemplateStage
  | TimestampStage
  | LabelsStage
  | StructuredMetadataStage
  | StructuredMetadataDropStage
  | StaticLabelsStage
  | LabelDropStage
  | LabelAllowStage
  | MatchStage
  | DropStage
  | LimitStage
  | SamplingStage
  | MultilineStage
  | PackStage
  | OutputStage
  | TenantStage
  | DecolorizeStage
  | LuhnStage
  | TruncateStage
  | MetricsStage;

/** Known, and never run here; a file with one is refused with its name and why. */
export const refusedStages: Readonly<Record<string, string>> = {
  eventlogmessage: 'the Windows event log is not read here',
  windowsevent: 'the Windows event log is not read here',
  geoip: 'there is no database of places',
  split_json: 'experimental in Alloy',
};
