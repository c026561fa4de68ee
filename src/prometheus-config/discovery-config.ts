// The ways to find targets, as prometheus.yml names them: `<kind>_sd_configs` and `static_configs`.
import type { HttpClientConfig } from './http-client-config.ts';
import type { Place } from './place.ts';
import type { LabelPairs } from './relabel-config.ts';

export interface StaticDiscoveryConfig {
  readonly kind: 'static';
  readonly groups: readonly StaticGroup[];
}
export interface StaticGroup {
  readonly targets: readonly string[];
  readonly labels: LabelPairs;
}

export interface FileDiscoveryConfig {
  readonly kind: 'file';
  /** Absolute; the last part may have `*`. */
  readonly files: readonly string[];
  readonly refreshIntervalMs: number;
}

export interface HttpDiscoveryConfig {
  readonly kind: 'http';
  readonly url: string;
  readonly refreshIntervalMs: number;
  readonly http: HttpClientConfig;
}

export interface DnsDiscoveryConfig {
  readonly kind: 'dns';
  readonly names: readonly string[];
  readonly type: 'A' | 'AAAA' | 'SRV' | 'MX' | 'NS';
  /** Needed for all but SRV. */
  readonly port: number;
  readonly refreshIntervalMs: number;
}

export type KubernetesRole = 'node' | 'pod' | 'service' | 'endpoints' | 'endpointslice' | 'ingress';

export interface KubernetesSelector {
  readonly role: KubernetesRole;
  readonly label: string;
  readonly field: string;
}

export interface KubernetesDiscoveryConfig {
  readonly kind: 'kubernetes';
  readonly role: KubernetesRole;
  /** Empty: in-cluster, or by `kubeconfigFile`. */
  readonly apiServer: string;
  readonly kubeconfigFile: string;
  readonly http: HttpClientConfig;
  readonly ownNamespace: boolean;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly selectors: readonly KubernetesSelector[];
  readonly attachNode: boolean;
  readonly attachNamespace: boolean;
}

export interface ConsulDiscoveryConfig {
  readonly kind: 'consul';
  readonly server: string;
  readonly pathPrefix: string;
  readonly token: string;
  readonly datacenter: string;
  readonly namespace: string;
  readonly partition: string;
  readonly scheme: string;
  readonly username: string;
  readonly password: string;
  readonly tagSeparator: string;
  readonly services: readonly string[];
  readonly tags: readonly string[];
  readonly nodeMeta: ReadonlyMap<string, string>;
  readonly filter: string;
  readonly healthFilter: string;
  readonly allowStale: boolean;
  readonly refreshIntervalMs: number;
  readonly http: HttpClientConfig;
}

export interface DockerDiscoveryConfig {
  readonly kind: 'docker';
  readonly host: string;
  readonly port: number;
  readonly hostNetworkingHost: string;
  readonly matchFirstNetwork: boolean;
  readonly includeNoNetworkTargets: boolean;
  readonly filters: readonly DockerFilter[];
  readonly refreshIntervalMs: number;
  readonly http: HttpClientConfig;
}
export interface DockerFilter {
  readonly name: string;
  readonly values: readonly string[];
}

/** A kind that is checked and shown, and finds nothing. */
export interface OtherDiscoveryConfig {
  readonly kind: 'other';
  /** Of the product, like `ec2`. */
  readonly name: string;
  /** As it is shown again: defaults filled in, secrets hidden. */
  readonly shown: unknown;
}

export type DiscoveryConfig = (
  | StaticDiscoveryConfig
  | FileDiscoveryConfig
  | HttpDiscoveryConfig
  | DnsDiscoveryConfig
  | KubernetesDiscoveryConfig
  | ConsulDiscoveryConfig
  | DockerDiscoveryConfig
  | OtherDiscoveryConfig
) & { readonly place: Place };
