// The HTTP client of an http_config, against real servers, proxies and certificates.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient } from '#discovery/http-client.ts';
import { createManualClock } from '#lib/clock.ts';
import { parsePrometheusConfig } from '#prometheus-config/load.ts';
import { formatProblem } from '#prometheus-config/place.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-http-'));
const file = (name: string): string => join(folder, name);
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function listen(server: Server): Promise<number> {
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const serve = (listener: RequestListener): Promise<number> => listen(createServer(listener));

const echo = (request: IncomingMessage, response: ServerResponse): void => {
  const { method, url, headers } = request;
  response.end(JSON.stringify({ method, url, headers }));
};

function clientOf(keys: object, options: { env?: Record<string, string>; nowMs?: number } = {}) {
  const text = JSON.stringify({ scrape_configs: [{ job_name: 'a', ...keys }] });
  const { config, problems } = parsePrometheusConfig(text, { file: file('p.yml'), env: {} });
  const http = config?.scrapeConfigs[0]?.http;
  if (!http) throw new Error(problems.map(formatProblem).join('\n'));
  const clock = createManualClock(options.nowMs ?? 0);
  const client = createHttpClient({ config: http, env: options.env ?? {}, clock });
  closing.push(() => client.close());
  return { client, clock };
}

const get = async (client: HttpClient, url: string, bodyBytesMax = 0) => {
  const signal = AbortSignal.timeout(10_000);
  const { status, body, headers } = await client.request({ url, signal, bodyBytesMax });
  return { status, headers, text: body.toString('utf8') };
};
type Echoed = { method: string; url: string; headers: Record<string, string> };
const echoed = async (client: HttpClient, url: string): Promise<Echoed> =>
  JSON.parse((await get(client, url)).text) as Echoed;

describe('credentials', () => {
  it('basic auth and headers, from the configuration and from files that change', async () => {
    const url = `http://127.0.0.1:${await serve(echo)}/x?y=1`;
    writeFileSync(file('password'), 'first\n');
    writeFileSync(file('header'), 'three');
    const { client } = clientOf({
      basic_auth: { username: 'me', password_file: 'password' },
      http_headers: { 'X-Mine': { values: ['one'], secrets: ['two'], files: ['header'] } },
    });
    const first = await echoed(client, url);
    expect(first.url).toBe('/x?y=1');
    expect(atob(first.headers['authorization']?.slice(6) ?? '')).toBe('me:first');
    expect(first.headers['x-mine']).toBe('one, two, three');
    writeFileSync(file('password'), 'second one');
    const second = await echoed(client, url);
    expect(atob(second.headers['authorization']?.slice(6) ?? '')).toBe('me:second one');
  });

  it('of the URL, unless the configuration has others', async () => {
    const url = `http://me:p%40ss%@127.0.0.1:${await serve(echo)}/`;
    const { client } = clientOf({});
    const { headers } = await echoed(client, url);
    expect(atob(headers['authorization']?.slice(6) ?? '')).toBe('me:p@ss%');
    const { client: other } = clientOf({ authorization: { credentials: 'secret' } });
    expect((await echoed(other, url)).headers['authorization']).toBe('Bearer secret');
  });

  it('a token from a file; a file that is not there is named', async () => {
    const url = `http://127.0.0.1:${await serve(echo)}/`;
    writeFileSync(file('token'), 'secret\n');
    const { client } = clientOf({ bearer_token_file: 'token' });
    expect((await echoed(client, url)).headers['authorization']).toBe('Bearer secret');
    const { client: without } = clientOf({ authorization: { credentials_file: 'none' } });
    await expect(get(without, url)).rejects.toMatchObject({
      code: 'http_credentials_unreadable',
      message: expect.stringContaining('none'),
    });
  });

  it('OAuth 2 by client credentials: in the header or else in the body, kept until it ends', async () => {
    let tokens = 0;
    const tokenPort = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const form = new URLSearchParams(body);
        if (form.get('client_secret') !== 's') {
          response.writeHead(401).end();
          return;
        }
        expect(form.get('scope')).toBe('a b');
        expect(form.get('grant_type')).toBe('client_credentials');
        const token = `t${++tokens}`;
        response.end(JSON.stringify({ access_token: token, token_type: 'bearer', expires_in: 60 }));
      });
    });
    const url = `http://127.0.0.1:${await serve(echo)}/`;
    const { client, clock } = clientOf({
      oauth2: {
        client_id: 'c',
        client_secret: 's',
        scopes: ['a', 'b'],
        token_url: `http://127.0.0.1:${tokenPort}/token`,
      },
    });
    const token = async () => (await echoed(client, url)).headers['authorization'];
    expect([await token(), await token()]).toEqual(['Bearer t1', 'Bearer t1']);
    clock.advance(51_000);
    expect(await token()).toBe('Bearer t2');
  });
});

describe('answers', () => {
  it('holds no connection of an answer in an encoding that it cannot read', async () => {
    let onClosed = (): void => {};
    const closed = new Promise<void>((resolve) => {
      onClosed = resolve;
    });
    const port = await serve((request, response) => {
      request.socket.once('close', onClosed);
      response.writeHead(200, { 'content-encoding': 'zstd' });
      response.write('x');
    });
    const { client } = clientOf({});
    const { signal } = new AbortController();
    const answer = client.request({ url: `http://127.0.0.1:${port}/`, signal });
    await expect(answer).rejects.toThrow('encoding zstd');
    await closed;
  });

  it('are decompressed, and limited while they come', async () => {
    const port = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(Buffer.alloc(1_000_000, 'x')));
    });
    const { client } = clientOf({});
    const url = `http://127.0.0.1:${port}/`;
    expect((await get(client, url, 1_000_000)).text).toHaveLength(1_000_000);
    await expect(get(client, url, 999_999)).rejects.toMatchObject({
      code: 'http_answer_too_large',
    });
  });

  it('that do not come end with the signal, and say so', async () => {
    const port = await serve((_, response) => {
      response.write('half');
    });
    const { client } = clientOf({});
    const url = `http://127.0.0.1:${port}/m`;
    const late = client.request({ url, signal: AbortSignal.timeout(50) });
    await expect(late).rejects.toMatchObject({
      code: 'http_unreachable',
      message: `cannot GET ${url}: context deadline exceeded (timed out)`,
    });
    const stop = new AbortController();
    const stopped = client.request({ url, signal: stop.signal });
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ message: expect.stringMatching(/cancelled$/) });
  });

  it('of nobody name what is wrong', async () => {
    const port = await serve(echo);
    for (const close of closing.splice(0)) close();
    const { client } = clientOf({});
    await expect(get(client, `http://u:p@127.0.0.1:${port}/`)).rejects.toMatchObject({
      message: expect.stringMatching(/^cannot GET http:\/\/u:xxxxx@127.*ECONNREFUSED/),
    });
    await expect(get(client, 'ftp://x/')).rejects.toThrow(/the scheme ftp: is not http or https/);
  });

  it('that are cut short are errors', async () => {
    const port = await serve((_, response) => {
      response.setHeader('content-length', '10');
      response.write('half');
      setImmediate(() => response.destroy());
    });
    const { client } = clientOf({});
    await expect(get(client, `http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'http_unreachable',
    });
  });

  it('may come as a stream', async () => {
    const port = await serve((_, response) => {
      response.write('a\n');
      setImmediate(() => response.end('b\n'));
    });
    const { client } = clientOf({});
    const signal = AbortSignal.timeout(10_000);
    const { body, status } = await client.stream({ url: `http://127.0.0.1:${port}/`, signal });
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    expect([status, Buffer.concat(chunks).toString()]).toEqual([200, 'a\nb\n']);
  });
});

describe('redirects', () => {
  it('are followed without handing credentials to others', async () => {
    const other = await serve(echo);
    const port = await serve((request, response) => {
      if (request.url === '/own') return void response.writeHead(302, { location: '/here' }).end();
      if (request.url === '/here') return echo(request, response);
      if (request.url === '/loop') {
        return void response.writeHead(302, { location: '/loop' }).end();
      }
      response.writeHead(307, { location: `http://127.0.0.1:${other}/there` }).end();
    });
    const base = `http://127.0.0.1:${port}`;
    const { client } = clientOf({ authorization: { credentials: 's' } });
    const own = await echoed(client, `${base}/own`);
    expect([own.url, own.headers['authorization']]).toEqual(['/here', 'Bearer s']);
    const away = await echoed(client, `${base}/away`);
    expect([away.url, away.headers['authorization']]).toEqual(['/there', undefined]);
    await expect(get(client, `${base}/loop`)).rejects.toThrow(/stopped after 10 redirects/);
    const { client: still } = clientOf({ follow_redirects: false });
    expect((await get(still, `${base}/own`)).status).toBe(302);
  });
});

describe('connections', () => {
  it('are kept, and a kept one that was closed is replaced', async () => {
    let connections = 0;
    const server = createServer(echo);
    server.on('connection', () => connections++);
    const url = `http://127.0.0.1:${await listen(server)}/`;
    const { client } = clientOf({});
    await get(client, url);
    await get(client, url);
    expect(connections).toBe(1);
    server.closeAllConnections();
    expect((await get(client, url)).status).toBe(200);
    expect(connections).toBe(2);
  });
});

describe('TLS', () => {
  beforeAll(() => {
    const openssl = (...args: string[]): void => {
      execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    };
    for (const name of ['ca', 'other']) {
      const subject = ['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`];
      openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject);
    }
    writeFileSync(file('san'), 'subjectAltName=IP:127.0.0.1,DNS:named.test\n');
    for (const name of ['server', 'client']) {
      const request = ['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`];
      openssl('req', '-newkey', 'rsa:2048', '-nodes', ...request);
      const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
      const out = ['-extfile', 'san', '-out', `${name}.pem`];
      openssl('x509', '-req', '-in', `${name}.csr`, ...ca, ...out);
    }
  });

  const secure = async (options: object = {}): Promise<number> => {
    const { readFileSync } = await import('node:fs');
    const read = (name: string) => readFileSync(file(name));
    const settings = { key: read('server.key'), cert: read('server.pem'), ...options };
    return listen(createTlsServer(settings, echo) as unknown as Server);
  };

  it('trusts the given authority only', async () => {
    const url = `https://127.0.0.1:${await secure()}/`;
    const { client: trusting } = clientOf({ tls_config: { ca_file: 'ca.pem' } });
    expect((await get(trusting, url)).status).toBe(200);
    const { client: wary } = clientOf({ tls_config: { ca_file: 'other.pem' } });
    await expect(get(wary, url)).rejects.toThrow(/certificate|signature/);
    const { client: careless } = clientOf({ tls_config: { insecure_skip_verify: true } });
    expect((await get(careless, url)).status).toBe(200);
    const { client: named } = clientOf({
      tls_config: { ca_file: 'ca.pem', server_name: 'named.test' },
    });
    expect((await get(named, url)).status).toBe(200);
    const { client: misnamed } = clientOf({
      tls_config: { ca_file: 'ca.pem', server_name: 'wrong.test' },
    });
    await expect(get(misnamed, url)).rejects.toThrow(/wrong\.test/);
  });

  it('reads certificate files again when they change', async () => {
    const { copyFileSync } = await import('node:fs');
    const url = `https://127.0.0.1:${await secure()}/`;
    copyFileSync(file('other.pem'), file('moving.pem'));
    const { client } = clientOf({ tls_config: { ca_file: 'moving.pem' } });
    await expect(get(client, url)).rejects.toThrow();
    copyFileSync(file('ca.pem'), file('moving.pem'));
    expect((await get(client, url)).status).toBe(200);
    writeFileSync(file('moving.pem'), 'garbage');
    await expect(get(client, url)).rejects.toThrow(/no PEM certificate/);
  });

  it('shows its own certificate', async () => {
    const { readFileSync } = await import('node:fs');
    const ca = readFileSync(file('ca.pem'));
    const port = await secure({ ca, requestCert: true, rejectUnauthorized: true });
    const pair = { cert_file: 'client.pem', key_file: 'client.key' };
    const { client } = clientOf({ tls_config: { ca_file: 'ca.pem', ...pair } });
    expect((await get(client, `https://127.0.0.1:${port}/`)).status).toBe(200);
    const { client: nobody } = clientOf({ tls_config: { ca_file: 'ca.pem' } });
    await expect(get(nobody, `https://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  it('keeps to its versions', async () => {
    const port = await secure({ maxVersion: 'TLSv1.2' });
    const { client } = clientOf({ tls_config: { ca_file: 'ca.pem', min_version: 'TLS13' } });
    await expect(get(client, `https://127.0.0.1:${port}/`)).rejects.toThrow(/version/i);
  });

  it('goes through the tunnel of a proxy', async () => {
    const target = await secure();
    const seen: IncomingMessage[] = [];
    const proxy = createServer(echo);
    proxy.on('connect', (request, socket) => {
      seen.push(request);
      const [host, port] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      const end = () => upstream.destroy();
      socket.on('error', end).on('close', end);
    });
    const proxyPort = await listen(proxy);
    const { client } = clientOf({
      tls_config: { ca_file: 'ca.pem' },
      proxy_url: `http://me:pass@127.0.0.1:${proxyPort}`,
      proxy_connect_header: { 'X-Tunnel': ['yes'] },
    });
    const answer = await echoed(client, `https://127.0.0.1:${target}/secret`);
    expect(answer.url).toBe('/secret');
    expect(seen.map(({ url }) => url)).toEqual([`127.0.0.1:${target}`]);
    expect(seen[0]?.headers).toMatchObject({ 'x-tunnel': 'yes', host: `127.0.0.1:${target}` });
    expect(seen[0]?.headers['proxy-authorization']).toBe(`Basic ${btoa('me:pass')}`);
    expect(answer.headers['proxy-authorization']).toBeUndefined();
  });

  it('a proxy that refuses is named', async () => {
    const proxy = createServer(echo);
    proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const port = await listen(proxy);
    const { client } = clientOf({ proxy_url: `http://127.0.0.1:${port}` });
    await expect(get(client, 'https://127.0.0.1:1/')).rejects.toThrow(/answered CONNECT with 403/);
  });
});

describe('proxies', () => {
  it('get the whole address of plain calls', async () => {
    const port = await serve(echo);
    const { client } = clientOf({ proxy_url: `http://127.0.0.1:${port}` });
    const { url, headers } = await echoed(client, 'http://far.test:81/x?y');
    expect([url, headers['host']]).toEqual(['http://far.test:81/x?y', 'far.test:81']);
    const { client: byEnv } = clientOf(
      { proxy_from_environment: true },
      { env: { HTTP_PROXY: `127.0.0.1:${port}` } },
    );
    expect((await echoed(byEnv, 'http://far.test/')).url).toBe('http://far.test/');
  });
});
