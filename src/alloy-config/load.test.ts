import { describe, expect, it } from 'vitest';
import { parseAlloyConfig } from './load.ts';

function read(text: string, env: Record<string, string> = {}) {
  const { config, problems } = parseAlloyConfig([{ file: 'a.alloy', text }], { env });
  const lines = problems.map(({ severity, place, path, message }) => {
    const mark = severity === 'warning' ? 'warning ' : '';
    return `${mark}${place.line}:${place.column} ${path}: ${message}`;
  });
  return { config, problems: lines };
}

function graphOf(text: string, env: Record<string, string> = {}) {
  const { config, problems } = read(text, env);
  expect(problems).toEqual([]);
  if (!config) throw new Error('no graph');
  return config;
}

const writeBlock = 'loki.write "w" { endpoint { url = "http://loki:3100" } }\n';

describe('components', () => {
  it('are files, found and relabelled, through stages into the store', () => {
    const graph = graphOf(
      `
discovery.kubernetes "pods" {
  role = "pod"
  selectors {
    role  = "pod"
    field = "spec.nodeName=" + sys.env("NODE")
  }
  namespaces { names = ["a"] }
}
discovery.relabel "pods" {
  targets = array.concat(discovery.kubernetes.pods.targets, [{ __path__ = "/x", n = 1 }])
  rule {
    source_labels = ["__meta_kubernetes_pod_name"]
    target_label  = "pod"
  }
}
local.file_match "pods" {
  path_targets      = discovery.relabel.pods.output
  sync_period       = "5s"
  ignore_older_than = "24h"
}
loki.source.file "pods" {
  targets       = local.file_match.pods.targets
  forward_to    = [loki.process.logs.receiver]
  tail_from_end = true
  decompression {
    enabled = true
    format  = "gz"
  }
  file_watch { min_poll_frequency = "1s" }
  legacy_positions_file = "/run/positions.yaml"
}
loki.process "logs" {
  forward_to = [loki.relabel.r.receiver]
  stage.json { expressions = { level = "" } }
}
loki.relabel "r" {
  forward_to = [loki.write.w.receiver]
  rule {
    action = "labeldrop"
    regex  = "filename"
  }
}
loki.write "w" {
  endpoint {
    url       = "http://loki:3100/loki/api/v1/push"
    tenant_id = "t"
    basic_auth {
      username      = "a"
      password_file = "/p"
    }
  }
  external_labels = { cluster = "c" }
}`,
      { NODE: 'one' },
    );
    expect(graph.targets).toMatchObject([
      {
        kind: 'discovery',
        id: 'discovery.kubernetes.pods',
        discoveries: [
          { role: 'pod', namespaces: ['a'], selectors: [{ field: 'spec.nodeName=one' }] },
        ],
      },
      {
        kind: 'discovery',
        id: 'discovery.relabel.pods/targets',
        discoveries: [
          {
            kind: 'static',
            groups: [
              {
                targets: ['localhost'],
                labels: [
                  ['__path__', '/x'],
                  ['n', '1'],
                ],
              },
            ],
          },
        ],
      },
      {
        kind: 'relabel',
        id: 'discovery.relabel.pods',
        from: ['discovery.kubernetes.pods', 'discovery.relabel.pods/targets'],
        rules: [{ targetLabel: 'pod', action: 'replace' }],
      },
      { kind: 'relabel', id: 'local.file_match.pods', from: ['discovery.relabel.pods'], rules: [] },
    ]);
    expect(graph.sources).toMatchObject([
      {
        kind: 'file',
        id: 'loki.source.file.pods',
        targets: ['local.file_match.pods'],
        forwardTo: ['loki.process.logs'],
        tailsFromEnd: true,
        decompression: 'gz',
        syncPeriodMs: 5000,
        ignoresOlderThanMs: 86_400_000,
        pollMs: 1000,
        positionsFile: '/run/positions.yaml',
      },
    ]);
    expect(graph.nodes).toMatchObject([
      { kind: 'write', id: 'loki.write.w', externalLabels: [['cluster', 'c']], tenant: 't' },
      { kind: 'relabel', id: 'loki.relabel.r', forwardTo: ['loki.write.w'] },
      {
        kind: 'process',
        id: 'loki.process.logs',
        stages: [{ kind: 'json', expressions: [['level', '']] }],
        forwardTo: ['loki.relabel.r'],
      },
    ]);
  });

  it('are containers, pods, the journal, syslog and pushes', () => {
    const { sources } = graphOf(`${writeBlock}
discovery.docker "d" { host = "unix:///var/run/docker.sock" }
discovery.relabel "rules" {
  targets = []
  rule {
    source_labels = ["__meta_docker_container_name"]
    target_label  = "container"
  }
}
loki.source.docker "d" {
  host          = "unix:///var/run/docker.sock"
  targets       = discovery.docker.d.targets
  forward_to    = [loki.write.w.receiver]
  relabel_rules = discovery.relabel.rules.rules
  labels        = { job = "docker" }
}
discovery.kubernetes "k" { role = "pod" }
loki.source.kubernetes "k" {
  targets    = discovery.kubernetes.k.targets
  forward_to = [loki.write.w.receiver]
  client { api_server = "https://k8s" }
}
loki.source.journal "j" {
  forward_to    = [loki.write.w.receiver]
  relabel_rules = null
  max_age       = "1h30m"
  format_as_json = true
}
loki.source.syslog "s" {
  listener {
    address  = "0.0.0.0:1514"
    protocol = "udp"
    labels   = { job = "syslog" }
  }
  listener { address = "0.0.0.0:1515" }
  forward_to = [loki.write.w.receiver]
}
loki.source.api "a" {
  http {
    listen_address = "127.0.0.1"
    listen_port    = 9999
  }
  forward_to = [loki.write.w.receiver]
}`);
    const byKind = Object.fromEntries(sources.map((source) => [source.kind, source]));
    expect(byKind).toMatchObject({
      docker: { relabel: [{ targetLabel: 'container' }], labels: [['job', 'docker']] },
      kubernetes: { apiServer: 'https://k8s', targets: ['discovery.kubernetes.k'] },
      journal: { ageMsMax: 5_400_000, asJson: true, relabel: [] },
      syslog: { listeners: [{ protocol: 'udp' }, { protocol: 'tcp', messageBytesMax: 8192 }] },
      api: { address: '127.0.0.1:9999', usesIncomingTime: false },
    });
  });

  it('have every stage', () => {
    const { nodes } = graphOf(`${writeBlock}
loki.source.journal "j" { forward_to = [loki.process.p.receiver] }
loki.process "p" {
  forward_to = [loki.write.w.receiver]
  stage.docker { }
  stage.cri { max_partial_lines = 5 }
  stage.logfmt { mapping = { a = "" } }
  stage.regex { expression = "(?P<a>.*)" }
  stage.pattern { pattern = "<a> <_>" }
  stage.replace { expression = "(a)" }
  stage.template {
    source   = "a"
    template = "{{ .Value }}"
  }
  stage.timestamp {
    source = "a"
    format = "RFC3339"
  }
  stage.labels { values = { a = "b", c = "" } }
  stage.structured_metadata { values = { a = "" } }
  stage.structured_metadata_drop { values = ["a"] }
  stage.static_labels { values = { a = "b" } }
  stage.label_drop { values = ["a"] }
  stage.label_keep { values = ["a"] }
  stage.drop { longer_than = "8KB" }
  stage.limit {
    rate  = 5
    burst = 10
  }
  stage.sampling { rate = 0.5 }
  stage.multiline { firstline = "^a" }
  stage.pack { labels = ["a"] }
  stage.output { source = "a" }
  stage.tenant { value = "t" }
  stage.decolorize { }
  stage.luhn { }
  stage.truncate { 
    rule { limit = "1KiB" }
  }
  stage.metrics {
    metric.histogram {
      name    = "h"
      buckets = [1, 2]
    }
    metric.counter {
      name   = "c"
      action = "inc"
    }
  }
  stage.match {
    selector = "{a=\\"b\\"}"
    stage.match {
      selector = "{c=\\"d\\"}"
      action   = "drop"
    }
    stage.output { source = "x" }
  }
}`);
    const stages = nodes.flatMap((node) => (node.kind === 'process' ? node.stages : []));
    expect(stages.map(({ kind }) => kind).join(' ')).toBe(
      'docker cri logfmt regex pattern replace template timestamp labels structured_metadata ' +
        'structured_metadata_drop static_labels labeldrop labelallow drop limit sampling multiline ' +
        'pack output tenant decolorize luhn truncate metrics match',
    );
    expect(stages.at(-2)).toMatchObject({
      metrics: [
        { type: 'histogram', name: 'h', buckets: [1, 2], prefix: 'loki_process_custom_' },
        { type: 'counter', name: 'c', action: 'inc' },
      ],
    });
    expect(stages.at(-1)).toMatchObject({
      stages: [{ kind: 'match', action: 'drop' }, { kind: 'output' }],
    });
    expect(stages[8]?.place.line).toBe(20);
  });

  it('look for no targets that no source of lines follows', () => {
    const { config } = read(`discovery.kubernetes "k" { role = "pod" }
prometheus.scrape "s" {
  targets    = discovery.kubernetes.k.targets
  forward_to = []
}`);
    expect(config).toEqual({ targets: [], sources: [], nodes: [] });
  });

  it('store what would go to a component that is not run here', () => {
    const { config, problems } = read(`otelcol.receiver.loki "o" { output { } }
loki.source.journal "j" { forward_to = [otelcol.receiver.loki.o.receiver] }`);
    expect(problems).toEqual([
      'warning 1:1 otelcol.receiver.loki.o: otelcol.receiver.loki is not run here: OTLP is taken on ports 4317 and 4318 as it is',
      'warning 2:40 loki.source.journal.j.forward_to: otelcol.receiver.loki.o is not run here; its lines are stored instead',
    ]);
    expect(config?.sources[0]?.forwardTo).toEqual([config?.nodes[0]?.id]);
    expect(config?.nodes[0]?.kind).toBe('write');
  });
});
