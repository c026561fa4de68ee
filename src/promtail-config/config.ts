// A Promtail file as it is read, before it becomes a graph of collection.
// https://grafana.com/docs/loki/latest/send-data/promtail/configuration/
import type { StageConfig } from '#pipeline/log/stage-config.ts';
import type { DiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { Place } from '#prometheus-config/place.ts';
import type { LabelPairs, RelabelConfig } from '#prometheus-config/relabel-config.ts';

export interface PromtailClient {
  readonly place: Place;
  /** Not written to: lines go into the own store. */
  readonly url: string;
  readonly externalLabels: LabelPairs;
  readonly tenant: string | undefined;
}

export interface PromtailJournal {
  readonly place: Place;
  readonly maxAgeMs: number;
  readonly isJson: boolean;
  readonly labels: LabelPairs;
  readonly path: string;
  readonly matches: string;
}

export interface PromtailSyslog {
  readonly place: Place;
  readonly address: string;
  readonly protocol: 'tcp' | 'udp';
  readonly idleTimeoutMs: number;
  readonly labelsStructuredData: boolean;
  readonly labels: LabelPairs;
  readonly usesIncomingTime: boolean;
  readonly usesWholeMessage: boolean;
  readonly maxMessageBytes: number;
  readonly format: 'rfc5424' | 'rfc3164' | 'raw';
  readonly tls:
    | { readonly caFile: string; readonly certFile: string; readonly keyFile: string }
    | undefined;
}

export interface PromtailPushApi {
  readonly place: Place;
  readonly server: { readonly address: string; readonly port: number };
  readonly labels: LabelPairs;
  readonly usesIncomingTime: boolean;
}

export interface PromtailJob {
  readonly place: Place;
  readonly name: string;
  readonly stages: readonly StageConfig[];
  readonly relabel: readonly RelabelConfig[];
  readonly discoveries: readonly DiscoveryConfig[];
  readonly journal: PromtailJournal | undefined;
  readonly syslog: PromtailSyslog | undefined;
  readonly pushApi: PromtailPushApi | undefined;
  readonly encoding: string | undefined;
  readonly decompression: 'none' | 'gz' | 'z' | 'bz2';
}

export interface PromtailLimits {
  readonly place: Place;
  readonly isRateLimited: boolean;
  readonly rate: number;
  readonly burst: number;
  readonly dropsAboveRate: boolean;
  readonly lineBytesMax: number;
  readonly cutsLongLines: boolean;
}

export interface PromtailFile {
  readonly clients: readonly PromtailClient[];
  readonly jobs: readonly PromtailJob[];
  readonly limits: PromtailLimits;
  readonly positionsFile: string;
  readonly syncPeriodMs: number;
  readonly pollMs: number;
}
