// How to call an HTTP server: the keys that scrape jobs, discoveries, Alertmanagers and remote
// storages share. File names are absolute. Files are read when they are needed, never while loading.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#http_config

export interface BasicAuth {
  readonly username: string;
  readonly usernameFile: string;
  readonly password: string;
  readonly passwordFile: string;
}

export interface Authorization {
  /** `Bearer` unless said otherwise. */
  readonly type: string;
  readonly credentials: string;
  readonly credentialsFile: string;
}

export type TlsVersion = 'TLS10' | 'TLS11' | 'TLS12' | 'TLS13';

/** Empty text is: not set. */
export interface TlsConfig {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly serverName: string;
  readonly insecureSkipVerify: boolean;
  readonly minVersion: TlsVersion | '';
  readonly maxVersion: TlsVersion | '';
}

export interface ProxyConfig {
  readonly proxyUrl: string;
  readonly noProxy: string;
  readonly proxyFromEnvironment: boolean;
  readonly proxyConnectHeader: ReadonlyMap<string, readonly string[]>;
}

export interface OAuth2 {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clientSecretFile: string;
  readonly scopes: readonly string[];
  readonly tokenUrl: string;
  readonly endpointParams: ReadonlyMap<string, string>;
  readonly tls: TlsConfig;
  readonly proxy: ProxyConfig;
}

export interface HeaderValues {
  readonly values: readonly string[];
  readonly secrets: readonly string[];
  readonly files: readonly string[];
}

export interface HttpClientConfig {
  readonly basicAuth: BasicAuth | undefined;
  /** `bearer_token` and `bearer_token_file` are turned into this. */
  readonly authorization: Authorization | undefined;
  readonly oauth2: OAuth2 | undefined;
  readonly tls: TlsConfig;
  readonly followRedirects: boolean;
  readonly enableHttp2: boolean;
  readonly proxy: ProxyConfig;
  readonly httpHeaders: ReadonlyMap<string, HeaderValues>;
}
