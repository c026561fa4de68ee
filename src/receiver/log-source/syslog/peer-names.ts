// Names of addresses that send, for `__syslog_connection_hostname`: looked up only where a rule asks.
import { reverse } from 'node:dns/promises';
import { rest } from '#discovery/refreshing.ts';
import type { Clock } from '#lib/clock.ts';
import { Lru } from '#lib/lru.ts';
import type { RelabelConfig } from '#prometheus-config/relabel-config.ts';
import type { SyslogPeer } from './syslog-intake.ts';

export type FindPeer = (address: string | undefined) => Promise<SyslogPeer>;

const label = '__syslog_connection_hostname';
const rememberedMax = 1000;
const rememberedMs = 600_000;
const lookupMs = 2000;

export function createPeerNames(
  rules: readonly Pick<RelabelConfig, 'action' | 'sourceLabels'>[],
  clock: Clock,
  lookUp: (address: string) => Promise<readonly string[]> = reverse,
): FindPeer {
  const isAsked = rules.some(
    ({ action, sourceLabels }) => action === 'labelmap' || sourceLabels.includes(label),
  );
  const known = new Lru<string, { readonly sinceMs: number; readonly name: Promise<string> }>(
    rememberedMax,
  );
  const nameOf = (address: string): Promise<string> => {
    const nowMs = clock.monotonicMs();
    const found = known.get(address);
    if (found && nowMs - found.sinceMs < rememberedMs) return found.name;
    const name = nameInTime(lookUp(address));
    known.set(address, { sinceMs: nowMs, name });
    return name;
  };
  return async (given = '') => {
    // An address of IPv4 on a socket of IPv6.
    const address = given.replace(/^::ffff:/, '');
    return { address, hostname: isAsked && address !== '' ? await nameOf(address) : '' };
  };
}

/** '' when there is none, or none in time. */
async function nameInTime(lookup: Promise<readonly string[]>): Promise<string> {
  const late = new AbortController();
  const names = lookup.catch(() => []);
  const found = await Promise.race([names, rest(lookupMs, late.signal).then(() => [])]);
  late.abort();
  return found.join(',');
}
