// How `http_config` keys are read and checked.
import type {
  Authorization,
  BasicAuth,
  HeaderValues,
  HttpClientConfig,
  OAuth2,
  ProxyConfig,
  TlsConfig,
} from './http-client-config.ts';
import type { Cursor } from './reading.ts';
import {
  field,
  inline,
  optional,
  placeOf,
  type Section,
  section,
  type Written,
} from './section.ts';
import { flag, list, mapOf, oneOf, path, SECRET, secret, type Type, text, url } from './type.ts';

const tlsVersions = ['TLS10', 'TLS11', 'TLS12', 'TLS13'] as const;

/** Reports when more than one of the keys is written with a value. */
export function atMostOne(written: Written, at: Cursor, keys: readonly string[]): void {
  const said = keys.filter((key) => isSaid(written, key));
  if (said.length < 2) return;
  const all = `${keys.slice(0, -1).join(', ')} and ${keys.at(-1)}`;
  at.error(placeOf(written, said[1] as string), `at most one of ${all} may be configured`);
}

export function isSaid(written: Written, key: string): boolean {
  const value = written.entries.get(key)?.value;
  if (!value || value.kind === 'null') return false;
  return value.kind !== 'scalar' || value.text !== '';
}

export const tlsSection: Section<TlsConfig> = section<TlsConfig>(
  {
    ca: field('ca', text),
    cert: field('cert', text),
    key: field('key', secret),
    caFile: field('ca_file', path),
    certFile: field('cert_file', path),
    keyFile: field('key_file', path),
    serverName: field('server_name', text),
    insecureSkipVerify: field('insecure_skip_verify', flag, { isAlwaysShown: true }),
    minVersion: field('min_version', oneOf(tlsVersions)),
    maxVersion: field('max_version', oneOf(tlsVersions)),
  },
  { check: checkTls },
);

/** Left out when nothing in it says anything. */
const tls: Type<TlsConfig> = {
  ...tlsSection,
  show: (value) => {
    const shown = tlsSection.show(value);
    const isSilent = Object.keys(shown ?? {}).length === 1 && !value.insecureSkipVerify;
    return isSilent ? undefined : shown;
  },
};

function checkTls(config: TlsConfig, written: Written, at: Cursor): undefined {
  atMostOne(written, at, ['ca', 'ca_file']);
  atMostOne(written, at, ['cert', 'cert_file']);
  atMostOne(written, at, ['key', 'key_file']);
  const hasCert = config.cert !== '' || config.certFile !== '';
  const hasKey = config.key !== '' || config.keyFile !== '';
  if (hasCert && !hasKey) {
    at.error(written.place, 'a client certificate needs its key: set key_file or key');
  }
  if (hasKey && !hasCert) {
    at.error(written.place, 'a client key needs its certificate: set cert_file or cert');
  }
  if (config.minVersion !== '' && config.maxVersion !== '' && config.minVersion > config.maxVersion)
    at.error(placeOf(written, 'max_version'), 'max_version is older than min_version');
}

const secretLists: Type<ReadonlyMap<string, readonly string[]>> = {
  ...mapOf(list(text)),
  show: (value) =>
    value.size === 0
      ? undefined
      : Object.fromEntries([...value].map(([name, all]) => [name, all.map(() => SECRET)])),
};

const proxySection = section<ProxyConfig>(
  {
    proxyUrl: field('proxy_url', url()),
    noProxy: field('no_proxy', text),
    proxyFromEnvironment: field('proxy_from_environment', flag),
    proxyConnectHeader: field('proxy_connect_header', secretLists),
  },
  { check: checkProxy },
);

function checkProxy(config: ProxyConfig, written: Written, at: Cursor): undefined {
  const hasUrl = config.proxyUrl !== '';
  if (config.proxyConnectHeader.size > 0 && !hasUrl && !config.proxyFromEnvironment) {
    at.error(
      placeOf(written, 'proxy_connect_header'),
      'proxy_connect_header needs proxy_url or proxy_from_environment',
    );
  }
  if (config.proxyFromEnvironment && hasUrl) {
    at.error(
      placeOf(written, 'proxy_url'),
      'proxy_url and proxy_from_environment exclude each other',
    );
  }
  if (config.noProxy === '') return;
  if (config.proxyFromEnvironment) {
    at.error(
      placeOf(written, 'no_proxy'),
      'no_proxy and proxy_from_environment exclude each other',
    );
  } else if (!hasUrl) {
    at.error(placeOf(written, 'no_proxy'), 'no_proxy needs proxy_url');
  }
}

const basicAuthSection = section<BasicAuth>(
  {
    username: field('username', text, { isAlwaysShown: true }),
    usernameFile: field('username_file', path),
    password: field('password', secret),
    passwordFile: field('password_file', path),
  },
  {
    ignored: { username_ref: refIgnored(), password_ref: refIgnored() },
    check: (_, written, at) => {
      atMostOne(written, at, ['username', 'username_file', 'username_ref']);
      atMostOne(written, at, ['password', 'password_file', 'password_ref']);
      return undefined;
    },
  },
);

function refIgnored(): string {
  return 'there is no secret manager to look this up in; use the key that ends in _file; ignored';
}

const authorizationSection = section<Authorization>(
  {
    type: field('type', text),
    credentials: field('credentials', secret),
    credentialsFile: field('credentials_file', path),
  },
  {
    ignored: { credentials_ref: refIgnored() },
    check: (value, written, at) => {
      atMostOne(written, at, ['credentials', 'credentials_file', 'credentials_ref']);
      const type = value.type.trim() || 'Bearer';
      if (type.toLowerCase() === 'basic') {
        at.error(placeOf(written, 'type'), 'the type cannot be basic; use basic_auth instead');
      }
      return { ...value, type };
    },
  },
);

const oauth2Section = section<OAuth2>(
  {
    clientId: field('client_id', text, { isAlwaysShown: true }),
    clientSecret: field('client_secret', secret),
    clientSecretFile: field('client_secret_file', path),
    scopes: field('scopes', list(text)),
    tokenUrl: field('token_url', text, { isAlwaysShown: true }),
    endpointParams: field('endpoint_params', mapOf(text)),
    tls: field('tls_config', tls),
    proxy: inline(proxySection),
  },
  {
    ignored: { client_secret_ref: refIgnored(), ...jwtIgnored() },
    check: (value, written, at) => {
      atMostOne(written, at, ['client_certificate_key', 'client_certificate_key_file']);
      if (value.clientId === '') at.error(written.place, 'oauth2 needs client_id');
      if (value.tokenUrl === '') at.error(written.place, 'oauth2 needs token_url');
      atMostOne(written, at, ['client_secret', 'client_secret_file', 'client_secret_ref']);
      return undefined;
    },
  },
);

/** Keys of the JWT bearer grant. */
function jwtIgnored(): Record<string, string> {
  const keys =
    'grant_type client_certificate_key_id client_certificate_key client_certificate_key_file ' +
    'client_certificate_key_ref signature_algorithm iss audience claims';
  const why = 'tokens are asked for with client credentials only; ignored';
  return Object.fromEntries(keys.split(' ').map((key) => [key, why]));
}

/** Those that the client sets itself. */
const reservedHeaders = new Set(
  (
    'authorization host content-encoding content-length content-type user-agent connection ' +
    'keep-alive proxy-authenticate proxy-authorization www-authenticate accept-encoding ' +
    'x-prometheus-remote-write-version x-prometheus-remote-read-version ' +
    'x-prometheus-scrape-timeout-seconds x-amz-date x-amz-security-token x-amz-content-sha256'
  ).split(' '),
);

/** Reports names that belong to the client. */
export function checkHeaderNames(names: Iterable<string>, written: Written, at: Cursor): void {
  for (const name of names) {
    if (!reservedHeaders.has(name.toLowerCase())) continue;
    const remedy =
      name.toLowerCase() === 'authorization' ? '; use basic_auth, authorization or oauth2' : '';
    at.error(written.place, `the header ${name} is reserved and cannot be set here${remedy}`);
  }
}

const headerValues = section<HeaderValues>({
  values: field('values', list(text)),
  secrets: field('secrets', {
    ...list(text),
    show: (value) => (value.length === 0 ? undefined : value.map(() => SECRET)),
  }),
  files: field('files', list(path)),
});

const headers: Type<ReadonlyMap<string, HeaderValues>> = {
  ...mapOf(headerValues),
  read: (node, at) => {
    const value = mapOf(headerValues).read(node, at);
    checkHeaderNames(value.keys(), { place: node.place, entries: new Map() }, at);
    return value;
  },
};

/** What is written; the two bearer keys are turned into `authorization`. */
interface WrittenHttpClient extends HttpClientConfig {
  readonly bearerToken: string;
  readonly bearerTokenFile: string;
}

function httpClientSection(enableHttp2: boolean): Section<HttpClientConfig> {
  const written: Section<WrittenHttpClient> = section<WrittenHttpClient>(
    {
      basicAuth: field('basic_auth', optional(basicAuthSection)),
      authorization: field('authorization', optional(authorizationSection)),
      oauth2: field('oauth2', optional(oauth2Section)),
      bearerToken: field('bearer_token', secret),
      bearerTokenFile: field('bearer_token_file', path),
      tls: field('tls_config', tls),
      followRedirects: field('follow_redirects', flag, { fallback: true, isAlwaysShown: true }),
      enableHttp2: field('enable_http2', flag, { fallback: enableHttp2, isAlwaysShown: true }),
      proxy: inline(proxySection),
      httpHeaders: field('http_headers', headers),
    },
    { check: checkHttpClient },
  );
  return written as Section<HttpClientConfig>;
}

function checkHttpClient(
  value: WrittenHttpClient,
  written: Written,
  at: Cursor,
): WrittenHttpClient | undefined {
  atMostOne(written, at, ['basic_auth', 'authorization', 'oauth2', 'bearer_token']);
  atMostOne(written, at, ['basic_auth', 'authorization', 'oauth2', 'bearer_token_file']);
  atMostOne(written, at, ['bearer_token', 'bearer_token_file']);
  const { bearerToken, bearerTokenFile } = value;
  if (bearerToken === '' && bearerTokenFile === '') return undefined;
  return {
    ...value,
    bearerToken: '',
    bearerTokenFile: '',
    authorization: { type: 'Bearer', credentials: bearerToken, credentialsFile: bearerTokenFile },
  };
}

export const httpClient = httpClientSection(true);
/** Remote write speaks HTTP/1.1 unless told otherwise. */
export const remoteWriteHttpClient = httpClientSection(false);
export { tls as tlsType };
