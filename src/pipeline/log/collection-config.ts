// What is collected, as a graph: Promtail's scrape_configs and Alloy's components are both read into
// it, and `compose/log-collection.ts` runs it. Ids are for messages and for joining the parts: Promtail's
// job name, Alloy's `loki.process.name`.
import type { DiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { HttpClientConfig } from '#prometheus-config/http-client-config.ts';
import type { Place } from '#prometheus-config/place.ts';
import type { LabelPairs, RelabelConfig } from '#prometheus-config/relabel-config.ts';
import type { StageConfig } from './stage-config.ts';

export interface LogCollectionConfig {
  readonly targets: readonly TargetsConfig[];
  readonly sources: readonly LogSourceConfig[];
  readonly nodes: readonly LogNodeConfig[];
}

interface Part {
  readonly id: string;
  readonly place: Place;
}

/** Targets that sources follow; they may change while the program runs. */
export type TargetsConfig =
  | (Part & { readonly kind: 'discovery'; readonly discoveries: readonly DiscoveryConfig[] })
  | (Part & {
      readonly kind: 'relabel';
      /** Ids of targets. */
      readonly from: readonly string[];
      readonly rules: readonly RelabelConfig[];
    });

interface Source extends Part {
  /** Ids of nodes; each gets every entry. */
  readonly forwardTo: readonly string[];
  /** Of every entry. */
  readonly labels: LabelPairs;
}

/** Targets with `__path__` (a glob, `__path_exclude__` beside it) become files. */
export interface FileSource extends Source {
  readonly kind: 'file';
  readonly targets: readonly string[];
  /** A name of the WHATWG encoding standard; undefined: UTF-8. */
  readonly encoding: string | undefined;
  readonly decompression: 'none' | 'gz' | 'z' | 'bz2' | 'auto';
  /** A file without a position is read from its end. */
  readonly tailsFromEnd: boolean;
  /** How often globs are looked at again. */
  readonly syncPeriodMs: number;
  readonly pollMs: number;
  /** Files that were not written to for longer are passed over; 0: none are. */
  readonly ignoresOlderThanMs: number;
  /** Lines longer than this are cut into pieces. */
  readonly lineBytesMax: number;
  /** Promtail's file of positions, for files of which we have none of our own; '' is none. */
  readonly positionsFile?: string;
  /** Targets whose `__host__` names another machine are passed over. */
  readonly isOfThisHost?: boolean;
}

/** Pods through the API server: targets with `__meta_kubernetes_{namespace,pod_name,pod_container_name,pod_uid}`
 * (or `__pod_…` as Alloy names them after relabelling). */
export interface KubernetesSource extends Source {
  readonly kind: 'kubernetes';
  readonly targets: readonly string[];
  /** Empty: in-cluster. */
  readonly apiServer: string;
  readonly kubeconfigFile: string;
  readonly http: HttpClientConfig;
}

/** Containers through Docker's socket: targets with `__meta_docker_container_id`. */
export interface DockerSource extends Source {
  readonly kind: 'docker';
  /** `unix:///var/run/docker.sock` or `tcp://…`. */
  readonly host: string;
  readonly http: HttpClientConfig;
  readonly targets: readonly string[];
  readonly relabel: readonly RelabelConfig[];
  readonly refreshMs: number;
}

export interface JournalSource extends Source {
  readonly kind: 'journal';
  readonly path: string;
  /** Older entries are passed over when there is no position. */
  readonly ageMsMax: number;
  readonly asJson: boolean;
  /** `FIELD=value` terms, as `journalctl` takes them. */
  readonly matches: string;
  readonly relabel: readonly RelabelConfig[];
}

export interface SyslogSource extends Source {
  readonly kind: 'syslog';
  readonly listeners: readonly SyslogListener[];
  readonly relabel: readonly RelabelConfig[];
}
export interface SyslogListener {
  readonly place: Place;
  /** `host:port`. */
  readonly address: string;
  readonly protocol: 'tcp' | 'udp';
  readonly format: 'rfc5424' | 'rfc3164' | 'raw';
  readonly idleMsMax: number;
  readonly messageBytesMax: number;
  readonly labelsStructuredData: boolean;
  readonly usesIncomingTime: boolean;
  readonly usesWholeMessage: boolean;
  readonly labels: LabelPairs;
  readonly tls:
    | { readonly certFile: string; readonly keyFile: string; readonly caFile: string }
    | undefined;
}

/** A push API of its own: `/loki/api/v1/push` on a port. */
export interface ApiSource extends Source {
  readonly kind: 'api';
  readonly address: string;
  readonly usesIncomingTime: boolean;
  readonly relabel: readonly RelabelConfig[];
}

export type LogSourceConfig =
  | FileSource
  | KubernetesSource
  | DockerSource
  | JournalSource
  | SyslogSource
  | ApiSource;

export type LogNodeConfig =
  | (Part & {
      readonly kind: 'process';
      readonly stages: readonly StageConfig[];
      readonly forwardTo: readonly string[];
    })
  | (Part & {
      readonly kind: 'relabel';
      readonly rules: readonly RelabelConfig[];
      readonly forwardTo: readonly string[];
    })
  /** Into the own store, whatever URL the file names. */
  | (Part & {
      readonly kind: 'write';
      readonly externalLabels: LabelPairs;
      /** Of entries that no stage gave one. */
      readonly tenant: string | undefined;
    });
