// How to reach the API server: from inside the cluster, by a kubeconfig, or as prometheus.yml says.
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import { messageOf, OperationError } from '#lib/errors.ts';
import type { KubernetesDiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { HttpClientConfig } from '#prometheus-config/http-client-config.ts';

export interface Connection {
  /** Without a slash at its end. */
  readonly server: string;
  readonly http: HttpClientConfig;
  /** The one of the pod or of the kubeconfig. */
  readonly ownNamespace: string;
}

export interface ConnectionOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a pod finds its credentials. */
  readonly serviceAccountFolder?: string;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Throws OperationError `discovery_failed`. */
export async function connectionOf(
  config: Pick<KubernetesDiscoveryConfig, 'apiServer' | 'kubeconfigFile' | 'http'>,
  options: ConnectionOptions,
): Promise<Connection> {
  if (config.apiServer !== '') {
    const server = config.apiServer.replace(/\/+$/, '');
    return { server, http: config.http, ownNamespace: 'default' };
  }
  try {
    return config.kubeconfigFile === ''
      ? await inCluster(config.http, options)
      : await byKubeconfig(config.kubeconfigFile, config.http);
  } catch (cause) {
    throw new OperationError(
      'discovery_failed',
      `cannot find the Kubernetes API server: ${messageOf(cause)}`,
      { retryable: true, cause },
    );
  }
}

async function inCluster(
  http: HttpClientConfig,
  { env, serviceAccountFolder = SERVICE_ACCOUNT }: ConnectionOptions,
): Promise<Connection> {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port) {
    throw new Error(
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set; outside a cluster give api_server or kubeconfig_file',
    );
  }
  const namespace = await readFile(join(serviceAccountFolder, 'namespace'), 'utf8').catch(() => '');
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    http: {
      ...http,
      authorization: {
        type: 'Bearer',
        credentials: '',
        // Renewed by Kubernetes from time to time: read at each call.
        credentialsFile: join(serviceAccountFolder, 'token'),
      },
      tls: { ...http.tls, caFile: join(serviceAccountFolder, 'ca.crt') },
    },
    ownNamespace: namespace.trim() || 'default',
  };
}

type Named<K extends string, T> = readonly ({ readonly name: string } & {
  readonly [P in K]?: T;
})[];

interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: Named<'context', { cluster?: string; user?: string; namespace?: string }>;
  readonly clusters?: Named<'cluster', Readonly<Record<string, string | boolean>>>;
  readonly users?: Named<'user', Readonly<Record<string, string>>>;
}

async function byKubeconfig(file: string, http: HttpClientConfig): Promise<Connection> {
  const config = parse(await readFile(file, 'utf8')) as Kubeconfig;
  const named = config['current-context'];
  const context = config.contexts?.find(({ name }) => name === named)?.context;
  const cluster = config.clusters?.find(({ name }) => name === context?.cluster)?.cluster;
  const user = config.users?.find(({ name }) => name === context?.user)?.user ?? {};
  if (!cluster?.['server']) throw new Error(`${file}: the current context names no cluster`);
  if (user['exec'] || user['auth-provider']) {
    throw new Error(`${file}: users by exec or auth-provider are not supported; use a token`);
  }
  const text = (value: string | boolean | undefined): string => String(value ?? '');
  const path = (value: string | boolean | undefined): string =>
    !value || isAbsolute(text(value)) ? text(value) : join(dirname(file), text(value));
  const decoded = (value: string | boolean | undefined): string =>
    Buffer.from(text(value), 'base64').toString('utf8');
  const token = text(user['token']);
  const tokenFile = token === '' ? path(user['tokenFile']) : '';
  const hasToken = token !== '' || tokenFile !== '';
  const hasName = text(user['username']) !== '';
  return {
    server: text(cluster['server']).replace(/\/+$/, ''),
    ownNamespace: context?.namespace ?? 'default',
    http: {
      ...http,
      authorization: hasToken
        ? { type: 'Bearer', credentials: token, credentialsFile: tokenFile }
        : undefined,
      basicAuth: hasName
        ? {
            username: text(user['username']),
            usernameFile: '',
            password: text(user['password']),
            passwordFile: '',
          }
        : undefined,
      proxy: { ...http.proxy, proxyUrl: text(cluster['proxy-url']) },
      tls: {
        ...http.tls,
        ca: decoded(cluster['certificate-authority-data']),
        caFile: path(cluster['certificate-authority']),
        cert: decoded(user['client-certificate-data']),
        certFile: path(user['client-certificate']),
        key: decoded(user['client-key-data']),
        keyFile: path(user['client-key']),
        serverName: text(cluster['tls-server-name']),
        insecureSkipVerify: cluster['insecure-skip-tls-verify'] === true,
      },
    },
  };
}
