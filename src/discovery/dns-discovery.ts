// Targets that the records of a DNS name give.
import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { OperationError } from '#lib/errors.ts';
import type { DnsDiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import type { Discovery, DiscoveryContext, TargetGroup } from './discovery.ts';
import { hostPort } from './host-port.ts';
import { createRefreshing, reportFailure } from './refreshing.ts';

export interface DnsOptions {
  /** `address:port` of name servers; by default those of the machine. */
  readonly servers?: readonly string[];
  /** Suffixes that are tried; by default those of /etc/resolv.conf. */
  readonly search?: readonly string[];
}

const LOOKUP_TIMEOUT_MS = 5000;

export function createDnsDiscovery(
  config: DnsDiscoveryConfig,
  context: DiscoveryContext,
  options: DnsOptions = {},
): Discovery {
  const resolver = new Resolver({ timeout: LOOKUP_TIMEOUT_MS, tries: 2 });
  if (options.servers) resolver.setServers(options.servers);
  const good = new Map<string, TargetGroup>();
  return createRefreshing(
    {
      kind: 'dns',
      intervalMs: config.refreshIntervalMs,
      refresh: async () => {
        const search = options.search ?? searchDomains();
        // Each by itself: one that fails keeps what it had.
        const lookups = config.names.map(async (name) => {
          try {
            good.set(name, await groupOf(name, config, resolver, search));
          } catch (error) {
            reportFailure('dns', error, context);
          }
        });
        await Promise.all(lookups);
        return [...good.values()];
      },
      close: () => resolver.cancel(),
    },
    context,
  );
}

async function groupOf(
  name: string,
  config: DnsDiscoveryConfig,
  resolver: Resolver,
  search: readonly string[],
): Promise<TargetGroup> {
  for (const candidate of candidates(name, search)) {
    const targets = await lookUp(candidate, name, config, resolver);
    if (targets.length > 0) return { source: name, targets, labels: [] };
  }
  return { source: name, targets: [], labels: [] };
}

/** Full names, in the order in which resolvers try them. */
export function candidates(name: string, search: readonly string[]): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = search.map((domain) => `${name}.${domain}`);
  return name.includes('.') ? [name, ...searched] : [...searched, name];
}

/** No records is an answer, not a failure. */
async function lookUp(
  fullName: string,
  name: string,
  config: DnsDiscoveryConfig,
  resolver: Resolver,
): Promise<LabelPairs[]> {
  try {
    return await records(fullName, name, config, resolver);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
    const message = `cannot look up ${config.type} records of ${fullName}: ${code || String(cause)}`;
    throw new OperationError('discovery_failed', message, { retryable: true, cause });
  }
}

async function records(
  fullName: string,
  name: string,
  { type, port }: DnsDiscoveryConfig,
  resolver: Resolver,
): Promise<LabelPairs[]> {
  const target = (host: string, atPort: number, meta: LabelPairs = []): LabelPairs => [
    ['__address__', hostPort(host.replace(/\.$/, ''), atPort)],
    ['__meta_dns_name', name],
    ...meta,
  ];
  switch (type) {
    case 'A':
      return (await resolver.resolve4(fullName)).map((address) => target(address, port));
    case 'AAAA':
      return (await resolver.resolve6(fullName)).map((address) => target(address, port));
    case 'SRV':
      return (await resolver.resolveSrv(fullName)).map((record) =>
        target(record.name, record.port, [
          ['__meta_dns_srv_record_port', String(record.port)],
          ['__meta_dns_srv_record_target', dotted(record.name)],
        ]),
      );
    case 'MX':
      return (await resolver.resolveMx(fullName)).map(({ exchange }) =>
        target(exchange, port, [['__meta_dns_mx_record_target', dotted(exchange)]]),
      );
    case 'NS':
      return (await resolver.resolveNs(fullName)).map((server) =>
        target(server, port, [['__meta_dns_ns_record_target', dotted(server)]]),
      );
  }
}

/** Fully qualified, as the records have it. */
const dotted = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

function searchDomains(): string[] {
  try {
    const text = readFileSync('/etc/resolv.conf', 'utf8');
    const lines = [...text.matchAll(/^\s*(?:search|domain)\s+(.*)$/gm)];
    return (lines.at(-1)?.[1] ?? '').split(/\s+/).filter((domain) => domain !== '');
  } catch {
    return [];
  }
}
