// Which proxy a call takes.
import { BlockList, isIP } from 'node:net';
import type { ProxyConfig } from '#prometheus-config/http-client-config.ts';

/** The variables of the program, as `proxy_from_environment` reads them. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

export interface ProxyHop {
  readonly url: URL;
  readonly connectHeader: ReadonlyMap<string, readonly string[]>;
}

/** Undefined: straight to the server. */
export function hopOf(url: URL, config: ProxyConfig, env: ProxyEnvironment): ProxyHop | undefined {
  const proxy = proxyFor(url, config, env);
  if (proxy === '') return undefined;
  const withScheme = proxy.includes('://') ? proxy : `http://${proxy}`;
  return { url: new URL(withScheme), connectHeader: config.proxyConnectHeader };
}

function proxyFor(url: URL, config: ProxyConfig, env: ProxyEnvironment): string {
  const read = (name: string): string => env[name] || env[name.toLowerCase()] || '';
  if (config.proxyFromEnvironment) {
    if (isExcepted(url, read('NO_PROXY'))) return '';
    return read(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  }
  if (config.proxyUrl === '' || config.noProxy === '') return config.proxyUrl;
  return isExcepted(url, config.noProxy) ? '' : config.proxyUrl;
}

/** By the rules that Go has: loopback never takes a proxy from here. */
function isExcepted(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const family = isIP(host);
  if (host === 'localhost' || (family > 0 && isLoopback(host, family))) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, host, port, family));
}

const isLoopback = (host: string, family: number): boolean =>
  family === 4 ? host.startsWith('127.') : host === '::1';

function matches(entry: string, host: string, port: string, family: number): boolean {
  if (entry === '*') return true;
  const [network, bits] = entry.split('/');
  if (bits !== undefined) return family > 0 && isWithin(host, family, network ?? '', Number(bits));
  if (isIP(entry) > 0) return host === entry;
  const [, name = '', wantedPort = port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (wantedPort !== port) return false;
  if (name.startsWith('*.')) return host.endsWith(name.slice(1));
  if (name.startsWith('.')) return host.endsWith(name);
  return host === name || (family === 0 && host.endsWith(`.${name}`));
}

function isWithin(host: string, family: number, network: string, bits: number): boolean {
  if (isIP(network) !== family || !Number.isInteger(bits)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  try {
    list.addSubnet(network, bits, type);
  } catch {
    return false;
  }
  return list.check(host, type);
}
