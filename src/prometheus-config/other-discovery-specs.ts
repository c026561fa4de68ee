// The keys of the ways to find targets that Sightline checks and does not run: clouds, registries.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#azure_sd_config
import { atMostOne, tlsSection } from './http-client-section.ts';
import type { Cursor } from './reading.ts';
import { field, placeOf, section, type Written } from './section.ts';
import {
  duration,
  flag,
  integer,
  list,
  oneOf,
  path,
  secret,
  type Type,
  text,
  urlMistake,
} from './type.ts';

export type OtherValues = Record<string, unknown>;

export interface OtherSpec {
  /** Key to type. Keys that are missing here and not of the HTTP client are unknown. */
  readonly keys: Readonly<Record<string, Type<unknown>>>;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly hasNoHttp?: boolean;
  /** Keys that have to say something. */
  readonly required?: readonly string[];
  readonly check?: (values: OtherValues, written: Written, at: Cursor) => void;
}

const word = (...words: string[]): Type<unknown> => oneOf(words) as Type<unknown>;
const texts = list(text);
const refreshing = { refresh_interval: duration };
const ported = { refresh_interval: duration, port: integer };
const MINUTE = 60_000;

const filters = list(
  section<{ name: unknown; values: unknown }>(
    { name: field('name', text as Type<unknown>), values: field('values', texts as Type<unknown>) },
    {
      check: ({ values }, written, at) => {
        const isEmpty = (values as readonly string[]).length === 0;
        if (isEmpty) at.error(placeOf(written, 'values'), 'the filter has no values');
        return undefined;
      },
    },
  ),
);

const awsKeys = {
  ...ported,
  endpoint: text,
  region: text,
  access_key: text,
  secret_key: secret,
  profile: text,
  role_arn: text,
  external_id: text,
  filters,
};

const awsClusterKeys = { ...awsKeys, clusters: texts, request_concurrency: integer };
const awsDefaults = { port: 80, refresh_interval: MINUTE };

/** Reports unless exactly one of the two is there. */
const oneSecret =
  (plain: string, file: string) =>
  (_: OtherValues, written: Written, at: Cursor): void => {
    atMostOne(written, at, [plain, file]);
    if (!written.entries.has(plain) && !written.entries.has(file)) {
      at.error(written.place, `one of ${plain} and ${file} is needed`);
    }
  };

const checkUrl =
  (key: string, schemes?: readonly string[]) =>
  (values: OtherValues, written: Written, at: Cursor): void => {
    const value = String(values[key] ?? '');
    const mistake = value && urlMistake(value, schemes);
    if (mistake) at.key(key).error(placeOf(written, key), `'${value}' ${mistake}`);
  };

const web = ['http', 'https'] as const;

export const otherDiscoverySpecs: Readonly<Record<string, OtherSpec>> = {
  aws: {
    keys: {
      ...awsClusterKeys,
      role: word('ec2', 'ecs', 'lightsail', 'msk', 'rds', 'elasticache', 'mq'),
    },
    defaults: awsDefaults,
    required: ['role'],
  },
  ecs: { keys: awsClusterKeys, defaults: awsDefaults },
  elasticache: { keys: awsClusterKeys, defaults: awsDefaults },
  msk: { keys: awsClusterKeys, defaults: awsDefaults },
  rds: { keys: awsClusterKeys, defaults: awsDefaults },
  ec2: { keys: awsKeys, defaults: awsDefaults },
  lightsail: { keys: awsKeys, defaults: awsDefaults },
  azure: {
    keys: {
      ...ported,
      environment: text,
      subscription_id: text,
      tenant_id: text,
      client_id: text,
      client_secret: secret,
      authentication_method: word('OAuth', 'ManagedIdentity', 'SDK', 'WorkloadIdentity'),
      resource_group: text,
    },
    defaults: {
      environment: 'AzurePublicCloud',
      authentication_method: 'OAuth',
      port: 80,
      refresh_interval: 5 * MINUTE,
    },
    required: ['subscription_id'],
    check: (values, written, at) => {
      if (values['authentication_method'] !== 'OAuth') return;
      for (const key of ['tenant_id', 'client_id', 'client_secret']) {
        if (!values[key]) at.error(written.place, `${key} is missing; OAuth needs it`);
      }
    },
  },
  digitalocean: {
    keys: { ...ported, role: word('droplets', 'databases') },
    defaults: { port: 80, refresh_interval: MINUTE },
  },
  dockerswarm: {
    keys: {
      ...ported,
      host: text,
      role: word('services', 'tasks', 'nodes'),
      filters: list(mapLike()),
    },
    defaults: { port: 80, refresh_interval: MINUTE },
    required: ['host', 'role'],
    check: checkUrl('host'),
  },
  eureka: {
    keys: { ...refreshing, server: text },
    defaults: { refresh_interval: MINUTE / 2 },
    required: ['server'],
    check: checkUrl('server', web),
  },
  gce: {
    keys: { ...ported, project: text, zone: text, filter: text, tag_separator: text },
    defaults: { port: 80, tag_separator: ',', refresh_interval: MINUTE },
    hasNoHttp: true,
    required: ['project', 'zone'],
  },
  hetzner: {
    keys: { ...ported, role: word('hcloud', 'robot'), label_selector: text },
    defaults: { port: 80, refresh_interval: MINUTE },
    required: ['role'],
  },
  ionos: {
    keys: { ...ported, datacenter_id: text },
    defaults: { port: 80, refresh_interval: MINUTE },
    required: ['datacenter_id'],
  },
  kuma: {
    keys: { ...refreshing, server: text, client_id: text, fetch_timeout: duration },
    defaults: { refresh_interval: 15_000, fetch_timeout: 2 * MINUTE },
    required: ['server'],
    check: checkUrl('server', web),
  },
  linode: {
    keys: { ...ported, tag_separator: text, region: text },
    defaults: { port: 80, tag_separator: ',', refresh_interval: MINUTE },
  },
  marathon: {
    keys: { ...refreshing, servers: texts, auth_token: secret, auth_token_file: path },
    defaults: { refresh_interval: MINUTE / 2 },
    check: (values, written, at) => {
      if ((values['servers'] as readonly string[]).length === 0) {
        at.error(placeOf(written, 'servers'), 'servers is empty');
      }
      atMostOne(written, at, ['auth_token', 'auth_token_file']);
      for (const key of ['basic_auth', 'bearer_token', 'bearer_token_file', 'authorization']) {
        atMostOne(written, at, ['auth_token', key]);
        atMostOne(written, at, ['auth_token_file', key]);
      }
    },
  },
  nerve: serverPaths(),
  serverset: serverPaths(),
  nomad: {
    keys: {
      ...refreshing,
      allow_stale: flag,
      namespace: text,
      region: text,
      server: text,
      tag_separator: text,
    },
    defaults: {
      allow_stale: true,
      namespace: 'default',
      region: 'global',
      server: 'http://localhost:4646',
      tag_separator: ',',
      refresh_interval: MINUTE,
    },
    required: ['server'],
  },
  oci: {
    keys: {
      ...ported,
      auth: word('api_key', 'instance_principal', 'workload_identity'),
      authentication_method: word('api_key', 'instance_principal', 'workload_identity'),
      region: text,
      tenancy: text,
      user: text,
      fingerprint: text,
      key_file: path,
      key_passphrase: secret,
      compartments: texts,
      tag_filters: list(mapLike()),
    },
    defaults: { port: 80, refresh_interval: MINUTE },
  },
  openstack: {
    keys: {
      ...ported,
      identity_endpoint: text,
      username: text,
      userid: text,
      password: secret,
      project_name: text,
      project_id: text,
      domain_name: text,
      domain_id: text,
      application_credential_name: text,
      application_credential_id: text,
      application_credential_secret: secret,
      role: word('hypervisor', 'instance', 'loadbalancer'),
      region: text,
      all_tenants: flag,
      tls_config: tlsSection,
      availability: word('public', 'admin', 'internal'),
    },
    defaults: { port: 80, availability: 'public', refresh_interval: MINUTE },
    hasNoHttp: true,
    required: ['role', 'region'],
  },
  outscale: {
    keys: {
      ...ported,
      region: text,
      endpoint: text,
      access_key: text,
      secret_key: secret,
      secret_key_file: path,
    },
    defaults: { port: 80, refresh_interval: MINUTE },
    required: ['region', 'access_key'],
    check: oneSecret('secret_key', 'secret_key_file'),
  },
  ovhcloud: {
    keys: {
      ...refreshing,
      endpoint: text,
      application_key: text,
      application_secret: secret,
      consumer_key: secret,
      service: word('vps', 'dedicated_server'),
    },
    defaults: { endpoint: 'ovh-eu', refresh_interval: MINUTE },
    hasNoHttp: true,
    required: ['endpoint', 'application_key', 'application_secret', 'consumer_key', 'service'],
  },
  puppetdb: {
    keys: { ...ported, url: text, query: text, include_parameters: flag },
    defaults: { port: 80, refresh_interval: MINUTE },
    required: ['url', 'query'],
    check: checkUrl('url', web),
  },
  scaleway: {
    keys: {
      ...ported,
      project_id: text,
      api_url: text,
      zone: text,
      access_key: text,
      secret_key: secret,
      secret_key_file: path,
      name_filter: text,
      tags_filter: texts,
      role: word('instance', 'baremetal'),
    },
    defaults: {
      port: 80,
      zone: 'fr-par-1',
      api_url: 'https://api.scaleway.com',
      refresh_interval: MINUTE,
    },
    required: ['role', 'project_id', 'access_key'],
    check: oneSecret('secret_key', 'secret_key_file'),
  },
  stackit: {
    keys: {
      ...ported,
      project: text,
      region: text,
      endpoint: text,
      service_account_key: secret,
      private_key: secret,
      service_account_key_path: path,
      private_key_path: path,
      credentials_file_path: path,
      tls_config: tlsSection,
    },
    defaults: { port: 80, region: 'eu01', refresh_interval: MINUTE },
    check: checkUrl('endpoint'),
  },
  triton: {
    keys: {
      ...ported,
      account: text,
      role: word('container', 'cn'),
      dns_suffix: text,
      endpoint: text,
      groups: texts,
      version: integer,
      tls_config: tlsSection,
    },
    defaults: { port: 9163, role: 'container', version: 1, refresh_interval: MINUTE },
    hasNoHttp: true,
    required: ['account', 'dns_suffix', 'endpoint'],
  },
  uyuni: {
    keys: {
      ...refreshing,
      server: text,
      username: text,
      password: secret,
      entitlement: text,
      separator: text,
    },
    defaults: { entitlement: 'monitoring_entitled', separator: ',', refresh_interval: MINUTE },
    required: ['server', 'username', 'password'],
    check: checkUrl('server'),
  },
  vultr: { keys: ported, defaults: { port: 80, refresh_interval: MINUTE } },
};

function serverPaths(): OtherSpec {
  return {
    keys: { servers: texts, paths: texts, timeout: duration },
    defaults: { timeout: 10_000 },
    hasNoHttp: true,
    check: (values, written, at) => {
      for (const key of ['servers', 'paths']) {
        const all = values[key] as readonly string[];
        if (all.length === 0) at.error(placeOf(written, key), `${key} is empty`);
      }
      for (const one of values['paths'] as readonly string[]) {
        if (!one.startsWith('/'))
          at.error(placeOf(written, 'paths'), `'${one}' has to begin with /`);
      }
    },
  };
}

function mapLike(): Type<unknown> {
  return section<{ name: string; key: string; value: string; values: readonly string[] }>({
    name: field('name', text),
    key: field('key', text),
    value: field('value', text),
    values: field('values', texts),
  }) as Type<unknown>;
}
