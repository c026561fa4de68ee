// How the discoveries that Sightline runs are read and checked.
import type {
  ConsulDiscoveryConfig,
  DiscoveryConfig,
  DnsDiscoveryConfig,
  DockerDiscoveryConfig,
  DockerFilter,
  FileDiscoveryConfig,
  HttpDiscoveryConfig,
  StaticGroup,
} from './discovery-config.ts';
import { httpClient } from './http-client-section.ts';
import { kubernetesSection } from './kubernetes-section.ts';
import { labels } from './labels-type.ts';
import { otherDiscoverySections } from './other-discovery-section.ts';
import type { Cursor } from './reading.ts';
import {
  type Field,
  field,
  inline,
  placeField,
  placeOf,
  type Section,
  section,
  type Written,
} from './section.ts';
import {
  duration,
  flag,
  integer,
  list,
  listOf,
  mapOf,
  oneOf,
  path,
  secret,
  type Type,
  text,
  url,
  urlMistake,
} from './type.ts';

type Placed<T> = T & { readonly place: DiscoveryConfig['place'] };

/** The kind is not written: the key says it. */
export const constant = <T>(value: T): Field<T> => ({
  keys: [],
  fallback: value,
  read: () => value,
  show: () => [],
});

/** Reports an empty key that has to say something. */
export function require(written: Written, at: Cursor, key: string, value: string): void {
  if (value === '') at.error(placeOf(written, key), `${key} is missing`);
}

const MINUTE = 60_000;
const refresh = (fallback: number): Field<number> =>
  field('refresh_interval', duration, { fallback });

export const staticGroup: Section<StaticGroup> = section<StaticGroup>({
  targets: field('targets', list(text), { isAlwaysShown: true }),
  labels: field('labels', labels),
});

const fileSection = section<Placed<FileDiscoveryConfig>>(
  {
    kind: constant('file'),
    place: placeField,
    files: field('files', list(path), { isAlwaysShown: true }),
    refreshIntervalMs: refresh(5 * MINUTE),
  },
  {
    check: ({ files }, written, at) => {
      if (files.length === 0) at.error(placeOf(written, 'files'), 'files is empty');
      for (const name of files) {
        if (/^[^*]*(?:\*[^/]*)?\.(?:json|yml|yaml|JSON|YML|YAML)$/.test(name)) continue;
        at.error(
          placeOf(written, 'files'),
          `'${name}' is no file name for targets; it ends in .json, .yml or .yaml and only its last part may have *`,
        );
      }
      return undefined;
    },
  },
);

const httpSection = section<Placed<HttpDiscoveryConfig>>(
  {
    kind: constant('http'),
    place: placeField,
    http: inline(httpClient),
    refreshIntervalMs: refresh(MINUTE),
    url: field('url', url(), { isAlwaysShown: true }),
  },
  {
    check: (config, written, at) => {
      require(written, at, 'url', config.url);
      const mistake = config.url && urlMistake(config.url, ['http', 'https']);
      if (mistake) at.key('url').error(placeOf(written, 'url'), `'${config.url}' ${mistake}`);
      return undefined;
    },
  },
);

const dnsTypes = ['A', 'AAAA', 'SRV', 'MX', 'NS'] as const;
const dnsType: Type<DnsDiscoveryConfig['type']> = {
  zero: 'SRV',
  read: (node, at) => {
    const word = node.kind === 'scalar' ? { ...node, text: node.text.toUpperCase() } : node;
    return oneOf(dnsTypes).read(word, at) || 'SRV';
  },
  show: (value) => value,
};

const dnsSection = section<Placed<DnsDiscoveryConfig>>(
  {
    kind: constant('dns'),
    place: placeField,
    names: field('names', list(text), { isAlwaysShown: true }),
    refreshIntervalMs: refresh(MINUTE / 2),
    type: field('type', dnsType, { fallback: 'SRV' }),
    port: field('port', integer, { isAlwaysShown: true }),
  },
  {
    check: (config, written, at) => {
      if (config.names.length === 0) at.error(placeOf(written, 'names'), 'names is empty');
      if (config.type !== 'SRV' && config.port === 0) {
        at.error(
          placeOf(written, 'port'),
          `port is missing; records of type ${config.type} have none`,
        );
      }
      return undefined;
    },
  },
);

const consulSection = section<Placed<ConsulDiscoveryConfig>>(
  {
    kind: constant('consul'),
    place: placeField,
    server: field('server', text, { fallback: 'localhost:8500' }),
    pathPrefix: field('path_prefix', text),
    token: field('token', secret),
    datacenter: field('datacenter', text),
    namespace: field('namespace', text),
    partition: field('partition', text),
    tagSeparator: field('tag_separator', text, { fallback: ',' }),
    scheme: field('scheme', text, { fallback: 'http' }),
    username: field('username', text),
    password: field('password', secret),
    allowStale: field('allow_stale', flag, { fallback: true, isAlwaysShown: true }),
    refreshIntervalMs: refresh(MINUTE / 2),
    services: field('services', list(text)),
    tags: field('tags', list(text)),
    nodeMeta: field('node_meta', mapOf(text)),
    filter: field('filter', text),
    healthFilter: field('health_filter', text),
    http: inline(httpClient),
  },
  {
    check: (config, written, at) => {
      if (config.server.trim() === '') at.error(placeOf(written, 'server'), 'server is missing');
      const hasUser = config.username !== '' || config.password !== '';
      if (hasUser && config.http.basicAuth) {
        at.error(placeOf(written, 'username'), 'username and basic_auth exclude each other');
      }
      const hasOther = config.http.authorization ?? config.http.oauth2;
      if (config.token !== '' && hasOther) {
        at.error(placeOf(written, 'token'), 'token and authorization or oauth2 exclude each other');
      }
      if (!hasUser) return undefined;
      const { username, password } = config;
      const basicAuth = { username, usernameFile: '', password, passwordFile: '' };
      return { ...config, username: '', password: '', http: { ...config.http, basicAuth } };
    },
  },
);

const dockerFilter = section<DockerFilter>({
  name: field('name', text, { isAlwaysShown: true }),
  values: field('values', list(text)),
});

const dockerSection = section<Placed<DockerDiscoveryConfig>>(
  {
    kind: constant('docker'),
    place: placeField,
    http: inline(httpClient),
    host: field('host', text, { isAlwaysShown: true }),
    port: field('port', integer, { fallback: 80, isAlwaysShown: true }),
    filters: field('filters', list(dockerFilter)),
    hostNetworkingHost: field('host_networking_host', text, { fallback: 'localhost' }),
    refreshIntervalMs: refresh(MINUTE),
    matchFirstNetwork: field('match_first_network', flag, { fallback: true, isAlwaysShown: true }),
    includeNoNetworkTargets: field('include_no_network_targets', flag),
  },
  {
    check: (config, written, at) => {
      require(written, at, 'host', config.host);
      const mistake = config.host && urlMistake(config.host);
      if (mistake) at.key('host').error(placeOf(written, 'host'), `'${config.host}' ${mistake}`);
      return undefined;
    },
  },
);

const sections = {
  file: fileSection,
  http: httpSection,
  dns: dnsSection,
  kubernetes: kubernetesSection,
  consul: consulSection,
  docker: dockerSection,
  ...otherDiscoverySections,
} as Record<string, Section<DiscoveryConfig>>;

const keyOf = (config: DiscoveryConfig): string =>
  config.kind === 'other' ? config.name : config.kind;

const keys = [
  'static_configs',
  ...Object.keys(sections).map((kind) => `${kind}_sd_configs`),
].sort();

/** All discoveries of a job or of the Alertmanagers, in the order of their keys. */
export const discoveriesField: Field<readonly DiscoveryConfig[]> = {
  keys,
  fallback: [],
  read: (written, at) => keys.flatMap((key) => readKind(key, written, at)),
  show: (configs) =>
    keys.map((key) => {
      if (key === 'static_configs') {
        const groups = configs.flatMap((config) => (config.kind === 'static' ? config.groups : []));
        return [key, listOf(staticGroup, '').show(groups)];
      }
      const kind = key.replace('_sd_configs', '');
      const own = configs.filter((config) => config.kind !== 'static' && keyOf(config) === kind);
      const shown = own.map((config) => sections[kind]?.show(config) ?? {});
      return [key, shown.length > 0 ? shown : undefined];
    }),
};

function readKind(key: string, written: Written, at: Cursor): readonly DiscoveryConfig[] {
  const entry = written.entries.get(key);
  if (!entry || entry.value.kind === 'null') return [];
  const what = `section in ${key}`;
  if (key === 'static_configs') {
    const groups = listOf(staticGroup, what).read(entry.value, at.key(key));
    return [{ kind: 'static', groups, place: entry.value.place }];
  }
  const type = sections[key.replace('_sd_configs', '')];
  return type ? listOf(type, what).read(entry.value, at.key(key)) : [];
}
