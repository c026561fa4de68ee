// loki.write and loki.echo: where lines end. What would go to an URL goes into the own store.

import { labels } from '#prometheus-config/labels-type.ts';
import { field, section } from '#prometheus-config/section.ts';
import { list, unsigned } from '#prometheus-config/type.ts';
import { clientSection } from '#promtail-config/client-section.ts';
import { passedOver } from '#promtail-config/type.ts';
import { argumentsOf, type Component } from './component.ts';
import { httpClientBlocks, withHeaders } from './http-client.ts';

const endpointKeys =
  'batch_wait batch_size remote_timeout min_backoff_period max_backoff_period ' +
  'max_backoff_retries retry_on_http_429 queue_config';

const writeSection = section<{
  endpoints: readonly { readonly tenant: string | undefined }[];
  externalLabels: typeof labels.zero;
  streamsMax: number;
  others: undefined;
}>({
  endpoints: field('endpoint', list(clientSection)),
  externalLabels: field('external_labels', labels),
  streamsMax: field('max_streams', unsigned),
  others: passedOver(['wal']),
});

const waitKeys = new Set(endpointKeys.split(' '));

export const lokiWrite: Component = {
  spec: {
    blocks: {
      endpoint: {
        isList: true,
        isLoose: true,
        blocks: { ...httpClientBlocks, queue_config: {} },
        // How it would be sent.
        adapt: (entries) => withHeaders(entries.filter(({ key }) => !waitKeys.has(key))),
      },
      wal: {},
    },
  },
  run: (input) => {
    const { id, place, graph } = input;
    const { endpoints, externalLabels } = argumentsOf(input, writeSection);
    const tenants = new Set(endpoints.map(({ tenant }) => tenant));
    if (tenants.size === 0) tenants.add(undefined);
    const ids = [...tenants].map((tenant, i) => {
      const own = i === 0 ? id : `${id}/${tenant ?? 'no-tenant'}`;
      graph.nodes.push({ kind: 'write', id: own, place, externalLabels, tenant });
      return own;
    });
    return { receiver: { kind: 'receiver', ids } };
  },
};

export const lokiEcho: Component = {
  spec: {},
  run: ({ at, place }) => {
    at.warn(place, 'lines are not printed here; those that go only here are let go');
    return { receiver: { kind: 'receiver', ids: [] } };
  },
};
