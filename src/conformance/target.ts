// Who is asked: base URLs of the APIs, and whether tenants keep data apart.
import { request } from './http.ts';
import { encodeWrite, writeRequest } from './remote-write.ts';

export interface Target {
  readonly prometheus: string;
  readonly loki: string;
  readonly tempo: string;
  /** OTLP over HTTP. */
  readonly otlp: string;
  /** Whether X-Scope-OrgID keeps data apart. Without, a suite has to delete what it wrote. */
  readonly hasTenants: boolean;
}

export interface RunningTarget {
  readonly target: Target;
  stop(): Promise<void>;
}

/** A program of ours on its own ports. */
export interface TargetPorts {
  readonly prometheus?: number;
  readonly loki?: number;
  readonly tempo?: number;
  readonly otlpHttp: number;
}

export function targetOfPorts(ports: TargetPorts): Target {
  const url = (port: number | undefined): string => `http://127.0.0.1:${port}`;
  return {
    prometheus: url(ports.prometheus),
    loki: url(ports.loki),
    tempo: url(ports.tempo),
    otlp: url(ports.otlpHttp),
    hasTenants: true,
  };
}

const probeTenant = 'conformance-probe';
const probeSeries = 'sightline_conformance_probe';

/** Our main port has every API below a prefix; a single product has its own at the root. */
export async function targetOfUrl(url: string): Promise<Target> {
  const base = url.replace(/\/+$/, '');
  const answers = async (path: string): Promise<boolean> =>
    (await request(base, { path })).status === 200;
  const hasPrefixes = await answers('/prometheus/api/v1/status/buildinfo');
  const below = (prefix: string): string => (hasPrefixes ? base + prefix : base);
  const target = {
    prometheus: below('/prometheus'),
    loki: below('/loki'),
    tempo: below('/tempo'),
    otlp: below('/otlp'),
  };
  return { ...target, hasTenants: await keepsTenantsApart(target.prometheus) };
}

/** Sends a sample as one tenant and looks for it as another. */
async function keepsTenantsApart(prometheus: string): Promise<boolean> {
  const labels = { __name__: probeSeries };
  const sample = { timeMs: 0, item: { kind: 'value', value: 1 } } as const;
  const body = encodeWrite([{ labels, samples: [sample] }]);
  const written = await request(prometheus, await writeRequest(body, probeTenant));
  if (written.status >= 300) return false;
  const params: [string, string][] = [
    ['query', probeSeries],
    ['time', '0'],
  ];
  const asked = await request(prometheus, {
    path: '/api/v1/query',
    params,
    headers: { 'x-scope-orgid': `${probeTenant}-other` },
  });
  return asked.status === 200 && !asked.body.toString().includes(probeSeries);
}
