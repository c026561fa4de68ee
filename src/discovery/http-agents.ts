// Connections: straight, through a proxy, through a tunnel; kept open between calls, made anew when a
// certificate file changes.
import { createHash } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { type SecureContextOptions, type SecureVersion, connect as tlsConnect } from 'node:tls';
import { messageOf, OperationError } from '#lib/errors.ts';
import type { TlsConfig, TlsVersion } from '#prometheus-config/http-client-config.ts';
import { basicHeaderOf } from './basic-header.ts';
import type { ProxyHop } from './http-proxy.ts';
import { TextOrFile } from './watched-file.ts';

/** What node:http needs to send one request. */
export type Route = RequestOptions & { readonly isTls: boolean };

const versions: Record<TlsVersion, SecureVersion> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

const keeping = { keepAlive: true, maxFreeSockets: 16, scheduling: 'lifo' } as const;
const CONNECT_TIMEOUT_MS = 30_000;

export class Agents {
  readonly #tls: TlsConfig;
  readonly #files: Readonly<Record<'ca' | 'cert' | 'key', TextOrFile>>;
  readonly #socketPath: string | undefined;
  readonly #plain = new HttpAgent(keeping);
  readonly #secure = new Map<string, HttpsAgent>();
  #version = '';
  #context: AgentOptions = {};

  constructor(tls: TlsConfig, socketPath: string | undefined) {
    this.#tls = tls;
    this.#socketPath = socketPath;
    this.#files = {
      ca: new TextOrFile(tls.ca, tls.caFile),
      cert: new TextOrFile(tls.cert, tls.certFile),
      key: new TextOrFile(tls.key, tls.keyFile),
    };
  }

  /** Throws OperationError `http_credentials_unreadable` for certificate files. */
  async route(url: URL, hop: ProxyHop | undefined): Promise<Route> {
    const isTls = url.protocol === 'https:';
    if (isTls)
      return { isTls, ...addressOf(url), ...this.#straight(url), agent: await this.#agent(hop) };
    if (!hop) return { isTls, ...addressOf(url), ...this.#straight(url), agent: this.#plain };
    const isProxyTls = hop.url.protocol === 'https:';
    return {
      isTls: isProxyTls,
      ...addressOf(hop.url),
      path: url.href,
      headers: { host: url.host, ...proxyHeaders(hop, false) },
      agent: isProxyTls ? await this.#agent(undefined) : this.#plain,
    };
  }

  close(): void {
    this.#plain.destroy();
    for (const agent of this.#secure.values()) agent.destroy();
    this.#secure.clear();
  }

  #straight(url: URL): RequestOptions {
    const path = `${url.pathname}${url.search}`;
    return this.#socketPath === undefined ? { path } : { path, socketPath: this.#socketPath };
  }

  async #agent(hop: ProxyHop | undefined): Promise<HttpsAgent> {
    const context = await this.#tlsContext();
    const name = hop?.url.href ?? '';
    let agent = this.#secure.get(name);
    if (!agent) {
      agent = hop ? new TunnelAgent(context, hop) : new HttpsAgent({ ...keeping, ...context });
      this.#secure.set(name, agent);
    }
    return agent;
  }

  async #tlsContext(): Promise<AgentOptions> {
    const [ca, cert, key] = await Promise.all([
      this.#files.ca.read(),
      this.#files.cert.read(),
      this.#files.key.read(),
    ]);
    const version = createHash('sha256').update(`${ca}\0${cert}\0${key}`).digest('hex');
    if (version === this.#version) return this.#context;
    checkAuthority(ca, this.#tls.caFile);
    for (const agent of this.#secure.values()) agent.destroy();
    this.#secure.clear();
    this.#version = version;
    this.#context = contextOf(this.#tls, { ca, cert, key });
    return this.#context;
  }
}

function checkAuthority(ca: string, file: string): void {
  if (ca === '' || ca.includes('-----BEGIN CERTIFICATE-----')) return;
  throw new OperationError(
    'http_credentials_unreadable',
    `there is no PEM certificate in ${file || 'ca'}`,
    { retryable: false },
  );
}

function contextOf(
  tls: TlsConfig,
  { ca, cert, key }: Readonly<Record<'ca' | 'cert' | 'key', string>>,
): AgentOptions {
  const context: SecureContextOptions = {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(tls.minVersion && { minVersion: versions[tls.minVersion] }),
    ...(tls.maxVersion && { maxVersion: versions[tls.maxVersion] }),
  };
  // Versions before 1.2 need ciphers that the default level of OpenSSL refuses.
  const isOld = tls.minVersion === 'TLS10' || tls.minVersion === 'TLS11';
  return {
    ...context,
    ...(isOld && { ciphers: 'DEFAULT@SECLEVEL=0' }),
    ...(tls.serverName && { servername: tls.serverName }),
    rejectUnauthorized: !tls.insecureSkipVerify,
  };
}

const addressOf = (url: URL): RequestOptions => ({
  host: url.hostname.replace(/^\[|\]$/g, ''),
  port: url.port || (url.protocol === 'https:' ? 443 : 80),
});

function proxyHeaders({ url, connectHeader }: ProxyHop, isTunnel: boolean) {
  const headers: Record<string, string | string[]> = {};
  if (url.username !== '') {
    headers['proxy-authorization'] = basicHeaderOf(url);
  }
  if (isTunnel) for (const [name, values] of connectHeader) headers[name] = [...values];
  return headers;
}

/** TLS inside a tunnel that the proxy opens by CONNECT. */
class TunnelAgent extends HttpsAgent {
  readonly #context: AgentOptions;
  readonly #hop: ProxyHop;

  constructor(context: AgentOptions, hop: ProxyHop) {
    super({ ...keeping, ...context });
    this.#context = context;
    this.#hop = hop;
  }

  override createConnection(
    options: RequestOptions & { servername?: string },
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const done = callback as (error: Error | null, stream?: Duplex) => void;
    const host = String(options.host);
    const authority = `${host.includes(':') ? `[${host}]` : host}:${options.port}`;
    const { url } = this.#hop;
    const connect = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = connect({
      ...addressOf(url),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...proxyHeaders(this.#hop, true) },
      agent: false,
      timeout: CONNECT_TIMEOUT_MS,
    });
    request.once('connect', ({ statusCode }, socket) => {
      if (statusCode !== 200) {
        socket.destroy();
        done(new Error(`the proxy ${url.host} answered CONNECT with ${statusCode}`));
        return;
      }
      // An address has no server name: the certificate is compared with the host.
      const servername = this.#context.servername ?? options.servername;
      const named = servername ? { servername } : {};
      done(null, tlsConnect({ ...this.#context, socket, host, ...named }));
    });
    request.once('timeout', () => request.destroy(new Error('CONNECT timed out')));
    request.once('error', (error) => done(new Error(`proxy ${url.host}: ${messageOf(error)}`)));
    request.end();
  }
}
