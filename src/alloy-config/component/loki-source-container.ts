// loki.source.docker and loki.source.kubernetes: lines of containers through an API.
import { httpClient } from '#prometheus-config/http-client-section.ts';
import { labels } from '#prometheus-config/labels-type.ts';
import { field, inline, section } from '#prometheus-config/section.ts';
import { path, text } from '#prometheus-config/type.ts';
import { goDuration, needed, passedOver } from '#promtail-config/type.ts';
import { argumentsOf, type Component, receiversOf, rulesOf, targetsOf } from './component.ts';
import { httpClientBlocks, withHeaders } from './http-client.ts';

const MINUTE = 60_000;

const dockerSection = section<{
  host: string;
  labels: typeof labels.zero;
  refreshMs: number;
  http: typeof httpClient.fallback;
}>({
  host: needed('host', text),
  labels: field('labels', labels),
  refreshMs: field('refresh_interval', goDuration, { fallback: MINUTE }),
  http: field('http_client_config', httpClient),
});

export const lokiSourceDocker: Component = {
  spec: {
    blocks: { http_client_config: { blocks: httpClientBlocks, adapt: withHeaders } },
    values: ['targets', 'forward_to', 'relabel_rules'],
  },
  run: (input) => {
    const { id, place, graph } = input;
    graph.sources.push({
      ...argumentsOf(input, dockerSection),
      kind: 'docker',
      id,
      place,
      targets: targetsOf(input),
      forwardTo: receiversOf(input),
      relabel: rulesOf(input),
    });
    return {};
  },
};

const clientSection = section<{
  apiServer: string;
  kubeconfigFile: string;
  http: typeof httpClient.fallback;
}>({
  apiServer: field('api_server', text),
  kubeconfigFile: field('kubeconfig_file', path),
  http: inline(httpClient),
});

const kubernetesSection = section<{
  client: typeof clientSection.fallback;
  others: undefined;
}>({
  client: field('client', clientSection),
  others: passedOver(['clustering', 'tail_from_end']),
});

export const lokiSourceKubernetes: Component = {
  spec: {
    blocks: { client: { blocks: httpClientBlocks, adapt: withHeaders }, clustering: {} },
    values: ['targets', 'forward_to'],
  },
  run: (input) => {
    const { id, place, graph } = input;
    graph.sources.push({
      ...argumentsOf(input, kubernetesSection).client,
      kind: 'kubernetes',
      id,
      place,
      labels: [],
      targets: targetsOf(input),
      forwardTo: receiversOf(input),
    });
    return {};
  },
};
