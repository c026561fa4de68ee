// Hosts and ports inside of label values.
import { isIP } from 'node:net';

/** `host:port` and `[host]:port`; undefined for anything else. */
function splitHostPort(text: string): { host: string; port: string } | undefined {
  const bracketed = /^\[([^[\]]*)\]:([^[\]:]*)$/.exec(text);
  const found = bracketed ?? /^([^[\]:]*):([^[\]:]*)$/.exec(text);
  return found ? { host: found[1] as string, port: found[2] as string } : undefined;
}

export const stripPort = (text: string): string => splitHostPort(text)?.host ?? text;

/** The first part of a host name; addresses stay. */
export function stripDomain(text: string): string {
  const { host, port } = splitHostPort(text) ?? { host: text, port: '' };
  if (isIP(host) !== 0 && !host.includes('%')) return text;
  const name = host.split('.')[0] as string;
  if (port === '') return name;
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}
