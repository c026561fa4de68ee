// How `kubernetes_sd_configs` are read and checked.
import type {
  DiscoveryConfig,
  KubernetesDiscoveryConfig,
  KubernetesRole,
  KubernetesSelector,
} from './discovery-config.ts';
import { httpClient, isSaid } from './http-client-section.ts';
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
import { flag, list, oneOf, path, type Type, text, url } from './type.ts';

const roles = ['pod', 'service', 'endpoints', 'endpointslice', 'node', 'ingress'] as const;

const role: Type<KubernetesRole> = {
  zero: '' as KubernetesRole,
  read: (node, at) => {
    const lower = node.kind === 'scalar' ? { ...node, text: node.text.toLowerCase() } : node;
    return oneOf(roles).read(lower, at) as KubernetesRole;
  },
  show: (value) => value,
};

const selectorSection = section<KubernetesSelector>({
  role: field('role', role),
  label: field('label', text),
  field: field('field', text),
});

interface Namespaces {
  readonly isOwn: boolean;
  readonly names: readonly string[];
}
const namespacesSection = section<Namespaces>({
  isOwn: field('own_namespace', flag, { isAlwaysShown: true }),
  names: field('names', list(text), { isAlwaysShown: true }),
});

interface AttachMetadata {
  readonly node: boolean;
  readonly namespace: boolean;
}
const attachSection = section<AttachMetadata>({
  node: field('node', flag, { isAlwaysShown: true }),
  namespace: field('namespace', flag),
});

/** As written: the two maps are made flat. */
type Kubernetes = KubernetesDiscoveryConfig & Pick<DiscoveryConfig, 'place'>;

const nested = <T>(key: string, type: Section<T>, isSilent: (value: T) => boolean): Field<T> => ({
  ...field(key, type),
  show: (value) => [[key, isSilent(value) ? undefined : type.show(value)]],
});

interface WrittenKubernetes
  extends Omit<Kubernetes, 'ownNamespace' | 'namespaces' | 'attachNode' | 'attachNamespace'> {
  readonly namespaceMap: Namespaces;
  readonly attachMetadata: AttachMetadata;
}

const written: Section<WrittenKubernetes> = section<WrittenKubernetes>(
  {
    kind: { keys: [], fallback: 'kubernetes', read: () => 'kubernetes', show: () => [] },
    place: placeField,
    apiServer: field('api_server', url()),
    role: field('role', role, { isAlwaysShown: true }),
    kubeconfigFile: field('kubeconfig_file', path),
    http: inline(httpClient),
    namespaceMap: nested(
      'namespaces',
      namespacesSection,
      ({ isOwn, names }) => !isOwn && names.length === 0,
    ),
    selectors: field('selectors', list(selectorSection)),
    attachMetadata: nested('attach_metadata', attachSection, (a) => !a.node && !a.namespace),
  },
  { check: checkKubernetes },
);

const flat = ({ namespaceMap, attachMetadata, ...rest }: WrittenKubernetes): Kubernetes => ({
  ...rest,
  ownNamespace: namespaceMap.isOwn,
  namespaces: namespaceMap.names,
  attachNode: attachMetadata.node,
  attachNamespace: attachMetadata.namespace,
});

const deep = (config: Kubernetes): WrittenKubernetes => ({
  ...config,
  namespaceMap: { isOwn: config.ownNamespace, names: config.namespaces },
  attachMetadata: { node: config.attachNode, namespace: config.attachNamespace },
});

export const kubernetesSection: Section<Kubernetes> = {
  keys: written.keys,
  zero: flat(written.zero),
  fallback: flat(written.fallback),
  readWritten: (map, at) => flat(written.readWritten(map, at)),
  read: (node, at) => flat(written.read(node, at)),
  show: (config) => written.show(deep(config)),
};

function checkKubernetes(config: WrittenKubernetes, map: Written, at: Cursor): undefined {
  const wrong = (key: string, message: string): void => at.error(placeOf(map, key), message);
  const { apiServer, kubeconfigFile, namespaceMap } = config;
  if ((config.role as string) === '') {
    if (!isSaid(map, 'role')) wrong('role', `role is missing; one of ${roles.join(', ')}`);
    return;
  }
  const isCustom = httpClient.keys.some((key) => isSaid(map, key) && !isDefault(config, key));
  if (kubeconfigFile !== '' && apiServer !== '') {
    wrong('kubeconfig_file', 'kubeconfig_file and api_server exclude each other');
  } else if (kubeconfigFile !== '' && isCustom) {
    wrong('kubeconfig_file', 'kubeconfig_file says how to connect; leave out the other HTTP keys');
  } else if (apiServer === '' && isCustom) {
    wrong('role', 'to use own HTTP settings give api_server');
  }
  if (namespaceMap.isOwn && (apiServer !== '' || kubeconfigFile !== '')) {
    wrong(
      'namespaces',
      'own_namespace is for in-cluster discovery, without api_server or kubeconfig_file',
    );
  }
  checkSelectors(config, map, at);
}

const isDefault = ({ http }: WrittenKubernetes, key: string): boolean =>
  (key === 'follow_redirects' && http.followRedirects) ||
  (key === 'enable_http2' && http.enableHttp2);

const selectable: Record<KubernetesRole, readonly KubernetesRole[]> = {
  pod: ['pod', 'node'],
  service: ['service'],
  endpointslice: ['pod', 'service', 'endpointslice'],
  endpoints: ['pod', 'service', 'endpoints'],
  node: ['node'],
  ingress: ['ingress'],
};

function checkSelectors(config: WrittenKubernetes, map: Written, at: Cursor): void {
  const wrong = (message: string): void =>
    at.key('selectors').error(placeOf(map, 'selectors'), message);
  const allowed = [...selectable[config.role]];
  // Nodes and namespaces are read as well when their labels are wanted.
  if (config.attachMetadata.node) allowed.push('node');
  const seen = new Set<KubernetesRole>();
  for (const selector of config.selectors) {
    if (seen.has(selector.role)) wrong(`there are two selectors for the role ${selector.role}`);
    seen.add(selector.role);
    if (!allowed.includes(selector.role)) {
      wrong(
        `the role ${config.role} takes selectors for ${selectable[config.role].join(', ')} only`,
      );
    }
    if (!isFieldSelector(selector.field)) wrong(`'${selector.field}' is no field selector`);
    if (!isLabelSelector(selector.label)) wrong(`'${selector.label}' is no label selector`);
  }
}

const isFieldSelector = (selector: string): boolean =>
  selector === '' || selector.split(',').every((term) => /^[^=!]+(?:==?|!=)[^=]*$/.test(term));

const name = '(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?';
const value = '(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?';
const requirement =
  `\\s*(?:!\\s*${name}|${name}(?:\\s*(?:==?|!=)\\s*${value}|\\s*[<>]\\s*\\d+|` +
  `\\s+(?:in|notin)\\s*\\(\\s*${value}(?:\\s*,\\s*${value})*\\s*\\))?)\\s*`;
const labelSelector = new RegExp(`^(?:${requirement}(?:,${requirement})*)?$`);

const isLabelSelector = (selector: string): boolean => labelSelector.test(selector);
