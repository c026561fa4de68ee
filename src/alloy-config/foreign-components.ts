// Components of Alloy that are known by name and not run here: why, family by family. Those that bring
// log lines are refused, since their lines would be missing; the rest is reported.
// https://grafana.com/docs/alloy/latest/reference/components/

interface Foreign {
  /** Refused, not only reported. */
  readonly isError: boolean;
  readonly why: string;
}

const brought: Readonly<Record<string, string>> = {
  awsfirehose: "Amazon's Firehose does not deliver here",
  azure_event_hubs: 'Azure Event Hubs are not read here',
  cloudflare: "Cloudflare's Logpull API is not read here",
  gcplog: 'Google Cloud Pub/Sub is not read here',
  gelf: 'GELF is not received here; send syslog or push instead',
  heroku: "Heroku's drains are not received here",
  kafka: 'Kafka is not read here; let a consumer push to /loki/api/v1/push',
  kubernetes_events: 'events of Kubernetes are not read here',
  podlogs: 'PodLogs objects are not looked for here; use discovery.kubernetes',
  windowsevent: 'the Windows event log is not read here',
};

const families: Readonly<Record<string, string>> = {
  prometheus: 'metrics are scraped by a prometheus.yml (prometheus.config_file)',
  otelcol: 'OTLP is taken on ports 4317 and 4318 as it is',
  pyroscope: 'profiles are not kept',
  faro: "browsers' telemetry is taken as OTLP",
  beyla: 'programs are not instrumented from outside',
  mimir: 'rules are read from rule files (prometheus.config_file)',
  remote: 'values are not fetched from elsewhere; write them into a file and use local.file',
  database_observability: 'databases are not looked into',
};

const lokiReasons: Readonly<Record<string, Foreign>> = {
  'rules.kubernetes': {
    isError: false,
    why: 'rules are read from rule files, and written through the API of Loki',
  },
  enrich: { isError: true, why: 'lines are not enriched by targets here' },
  secretfilter: { isError: true, why: 'secrets are not looked for here; lines would keep them' },
};

/** Undefined: none of Alloy's families, or none of this name in a family that is run here. */
export function foreignOf(name: string): Foreign | undefined {
  const [family, ...rest] = name.split('.') as [string, ...string[]];
  const why = families[family];
  if (why !== undefined) return { isError: false, why };
  if (family !== 'loki') return undefined;
  const own = rest.join('.');
  const source = rest[0] === 'source' ? brought[rest[1] ?? ''] : undefined;
  return lokiReasons[own] ?? (source === undefined ? undefined : { isError: true, why: source });
}
