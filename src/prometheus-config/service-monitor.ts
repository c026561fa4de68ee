// ServiceMonitors and PodMonitors of the Prometheus operator, turned into scrape jobs that find and
// label their targets as the operator's do. They may stand among `scrape_config_files`.
// https://prometheus-operator.dev/docs/api-reference/api/
import { parseAllDocuments } from 'yaml';

type Texts = Readonly<Record<string, string>>;

interface Relabeling {
  readonly sourceLabels?: readonly string[];
  readonly targetLabel?: string;
  readonly [key: string]: unknown;
}

interface MonitorEndpoint {
  readonly port?: string;
  readonly targetPort?: string | number;
  readonly portNumber?: number;
  readonly path?: string;
  readonly scheme?: string;
  readonly interval?: string;
  readonly scrapeTimeout?: string;
  readonly params?: Readonly<Record<string, readonly string[]>>;
  readonly honorLabels?: boolean;
  readonly honorTimestamps?: boolean;
  readonly followRedirects?: boolean;
  readonly bearerTokenFile?: string;
  readonly proxyUrl?: string;
  readonly tlsConfig?: Readonly<Record<string, string | boolean>>;
  readonly relabelings?: readonly Relabeling[];
  readonly metricRelabelings?: readonly Relabeling[];
}

interface Selector {
  readonly matchLabels?: Texts;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}

interface Monitor {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: {
    readonly selector?: Selector;
    readonly namespaceSelector?: {
      readonly any?: boolean;
      readonly matchNames?: readonly string[];
    };
    readonly endpoints?: readonly MonitorEndpoint[];
    readonly podMetricsEndpoints?: readonly MonitorEndpoint[];
    readonly jobLabel?: string;
    readonly targetLabels?: readonly string[];
    readonly podTargetLabels?: readonly string[];
    readonly sampleLimit?: number;
    readonly targetLimit?: number;
    readonly labelLimit?: number;
  };
}

type Rule = Readonly<Record<string, unknown>>;

const META = '__meta_kubernetes_';
const sanitized = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_');
const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Whether a file holds monitors instead of `scrape_configs`. */
export const holdsMonitors = (text: string): boolean =>
  /^kind:\s*["']?(?:ServiceMonitor|PodMonitor)\b/m.test(text);

/** Scrape jobs as a prometheus.yml has them; other objects in the file are left out. Undefined when
 * the text is not YAML. */
export function jobsOfMonitors(text: string): Rule[] | undefined {
  const documents = [...parseAllDocuments(text)];
  if (documents.some(({ errors }) => errors.length > 0)) return undefined;
  return documents.flatMap((document) => {
    const monitor = document.toJS() as Monitor | null;
    if (monitor?.kind !== 'ServiceMonitor' && monitor?.kind !== 'PodMonitor') return [];
    const isPod = monitor.kind === 'PodMonitor';
    const endpoints = isPod ? monitor.spec?.podMetricsEndpoints : monitor.spec?.endpoints;
    return (endpoints ?? []).map((endpoint, i) => jobOf(monitor, isPod, endpoint, i));
  });
}

function jobOf(monitor: Monitor, isPod: boolean, endpoint: MonitorEndpoint, i: number): Rule {
  const { metadata = {}, spec = {} } = monitor;
  const { name = '', namespace = 'default' } = metadata;
  const names = spec.namespaceSelector?.any
    ? []
    : (spec.namespaceSelector?.matchNames ?? [namespace]);
  return {
    job_name: `${isPod ? 'podMonitor' : 'serviceMonitor'}/${namespace}/${name}/${i}`,
    ...definedOf({
      scrape_interval: endpoint.interval,
      scrape_timeout: endpoint.scrapeTimeout,
      metrics_path: endpoint.path,
      scheme: endpoint.scheme?.toLowerCase(),
      params: endpoint.params,
      honor_labels: endpoint.honorLabels,
      honor_timestamps: endpoint.honorTimestamps,
      follow_redirects: endpoint.followRedirects,
      bearer_token_file: endpoint.bearerTokenFile,
      proxy_url: endpoint.proxyUrl,
      tls_config: tlsOf(endpoint.tlsConfig),
      sample_limit: spec.sampleLimit,
      target_limit: spec.targetLimit,
      label_limit: spec.labelLimit,
    }),
    kubernetes_sd_configs: [
      { role: isPod ? 'pod' : 'endpoints', ...(names.length > 0 && { namespaces: { names } }) },
    ],
    relabel_configs: [
      { source_labels: ['job'], target_label: '__tmp_prometheus_job_name' },
      ...selectorRules(spec.selector ?? {}, isPod ? 'pod' : 'service'),
      ...portRules(endpoint, isPod),
      ...labelRules(spec, isPod),
      ...(endpoint.port ? [{ target_label: 'endpoint', replacement: endpoint.port }] : []),
      ...(endpoint.relabelings ?? []).map(ruleOf),
    ],
    metric_relabel_configs: (endpoint.metricRelabelings ?? []).map(ruleOf),
  };
}

const definedOf = (values: Rule): Rule =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function tlsOf(tls: MonitorEndpoint['tlsConfig']): Rule | undefined {
  if (!tls) return undefined;
  const { caFile, certFile, keyFile, serverName, insecureSkipVerify } = tls;
  return definedOf({
    ca_file: caFile,
    cert_file: certFile,
    key_file: keyFile,
    server_name: serverName,
    insecure_skip_verify: insecureSkipVerify,
  });
}

/** `sourceLabels` as `source_labels`, and so on. */
const ruleOf = (relabeling: Relabeling): Rule =>
  Object.fromEntries(
    Object.entries(relabeling).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );

function selectorRules({ matchLabels = {}, matchExpressions = [] }: Selector, of: string): Rule[] {
  const label = (name: string): string => `${META}${of}_label_${sanitized(name)}`;
  const present = (name: string): string => `${META}${of}_labelpresent_${sanitized(name)}`;
  const equal = Object.entries(matchLabels).map(([name, value]) => ({
    action: 'keep',
    source_labels: [label(name), present(name)],
    regex: `(${quoted(value)});true`,
  }));
  const others = matchExpressions.map(({ key, operator, values = [] }) => {
    const isListed = operator === 'In' || operator === 'NotIn';
    return {
      action: operator === 'In' || operator === 'Exists' ? 'keep' : 'drop',
      source_labels: isListed ? [label(key), present(key)] : [present(key)],
      regex: isListed ? `(${values.map(quoted).join('|')});true` : 'true',
    };
  });
  return [...equal, ...others];
}

function portRules({ port, targetPort, portNumber }: MonitorEndpoint, isPod: boolean): Rule[] {
  const keep = (name: string, value: string | number): Rule => ({
    action: 'keep',
    source_labels: [`${META}${name}`],
    regex: quoted(String(value)),
  });
  if (port) return [keep(isPod ? 'pod_container_port_name' : 'endpoint_port_name', port)];
  const other = portNumber ?? targetPort;
  if (other === undefined) return [];
  const isNumber = typeof other === 'number' || /^\d+$/.test(other);
  return [keep(`pod_container_port_${isNumber ? 'number' : 'name'}`, other)];
}

/** The labels that the operator gives to every target. */
function labelRules(spec: NonNullable<Monitor['spec']>, isPod: boolean): Rule[] {
  const copy = (source: string, target: string, regex = '(.*)'): Rule => ({
    source_labels: [`${META}${source}`],
    target_label: target,
    regex,
    replacement: '$1',
  });
  const kind = [`${META}endpoint_address_target_kind`, `${META}endpoint_address_target_name`];
  const ofOwner = (owner: string, target: string): Rule => ({
    source_labels: kind,
    separator: ';',
    regex: `${owner};(.*)`,
    replacement: '$1',
    target_label: target,
  });
  const job = spec.jobLabel;
  const carried = (names: readonly string[] = [], of: string): Rule[] =>
    names.map((name) => copy(`${of}_label_${sanitized(name)}`, sanitized(name), '(.+)'));
  return [
    { action: 'drop', source_labels: [`${META}pod_phase`], regex: '(Failed|Succeeded)' },
    ...(isPod ? [] : [ofOwner('Node', 'node'), ofOwner('Pod', 'pod')]),
    copy('namespace', 'namespace'),
    ...(isPod ? [] : [copy('service_name', 'service')]),
    copy('pod_container_name', 'container'),
    copy('pod_name', 'pod'),
    ...carried(spec.targetLabels, 'service'),
    ...carried(spec.podTargetLabels, 'pod'),
    ...(isPod ? [] : [copy('service_name', 'job')]),
    ...(job ? [copy(`${isPod ? 'pod' : 'service'}_label_${sanitized(job)}`, 'job', '(.+)')] : []),
  ];
}
