// GET /status and /status/{version,services,endpoints,runtime_config,config,overrides,usage-stats}, the pages
// of rings, /flush and /shutdown: the pages of an operator, in Tempo's shapes, with facts about us.
// https://grafana.com/docs/tempo/latest/api_docs/#status
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Route } from '#server/route.ts';
import { type HttpResponse, textResponse } from '#server/route.ts';
import { tempoRoute } from './error-response.ts';
import { plainTable } from './plain-table.ts';
import { type SettingsMode, settingsYaml, type TempoSetting } from './settings.ts';
import { type BuildFacts, tempoVersion } from './status.ts';

export interface StatusFacts {
  readonly build: BuildFacts;
  readonly isReady: () => boolean;
  readonly settings: readonly TempoSetting[];
  readonly meter: Meter;
  /** Resolves when everything taken so far can be read. */
  readonly flush: () => Promise<void>;
}

/** Modules of Tempo, of version 2 too, that something here stands for. */
const services = [
  'compactor',
  'distributor',
  'ingester',
  'metrics-generator',
  'overrides',
  'querier',
  'query-frontend',
  'server',
  'store',
];

const ringPaths = [
  '/memberlist',
  '/distributor/ring',
  '/live-store/ring',
  '/partition-ring',
  '/ingester/ring',
  '/compactor/ring',
  '/metrics-generator/ring',
];

/** `routes` are those that /status/endpoints lists, beside these. */
export function statusPages(facts: StatusFacts, routes: readonly Route[]): Route[] {
  const pages = pagesOf(facts, () => [...routes, ...own]);
  const order = ['version', 'services', 'endpoints', 'runtime_config', 'config'];
  const print = (name: string, mode: string): string =>
    `GET /status/${name}\n${pages[name]?.(mode) ?? ''}`;
  const own: Route[] = [
    tempoRoute(['GET'], '/status', ({ query }) =>
      textResponse(order.map((name) => print(name, query.get('mode') ?? '')).join('')),
    ),
    ...Object.keys(pages).map((name) =>
      tempoRoute(['GET'], `/status/${name}`, ({ query }) =>
        pageResponse(query.get('mode') ?? '', (mode) => print(name, mode)),
      ),
    ),
    tempoRoute(['GET'], '/status/overrides/:tenant', ({ params }) =>
      textResponse(`${params['tenant']} has no overrides: the defaults of /status/config apply\n`),
    ),
    ...ringPaths.map((path) =>
      tempoRoute(['GET'], path, () =>
        textResponse('There is no ring and no memberlist: every process stands for itself.\n'),
      ),
    ),
    tempoRoute(['GET', 'POST'], '/flush', async () => {
      await facts.flush();
      return { status: 204 };
    }),
    tempoRoute(['GET', 'POST'], '/shutdown', () =>
      textResponse('not stopped: a program is stopped by a signal, not over HTTP\n', 501),
    ),
  ];
  return own;
}

function pageResponse(mode: string, print: (mode: string) => string): HttpResponse {
  if (mode === '' || mode === 'diff' || mode === 'defaults') return textResponse(print(mode));
  return textResponse(`unknown value for mode query parameter: ${mode}\n`, 500);
}

function pagesOf(
  { build, isReady, settings }: StatusFacts,
  routes: () => readonly Route[],
): Record<string, (mode: string) => string> {
  const state = (): string => (isReady() ? 'Running' : 'Starting');
  const overrides = settings.filter(({ name }) => name.startsWith('overrides.'));
  return {
    version: () => versionText(build),
    services: () =>
      plainTable(
        ['service name', 'status', 'failure case'],
        services.map((name) => [name, state(), '']),
      ),
    endpoints: () => endpointsText(routes()),
    runtime_config: (mode) => `---\n${settingsYaml(overrides, mode as SettingsMode)}`,
    config: (mode) => `---\n${settingsYaml(settings, mode as SettingsMode)}`,
    overrides: () => plainTable(['tenant', 'user-configurable overrides'], []),
    'usage-stats': () => 'Nothing is collected, and nothing is reported to anyone.\n',
  };
}

const versionText = ({ version, nodeVersion }: BuildFacts): string =>
  [
    `tempo, version ${tempoVersion} (branch: , revision: sightline-${version})`,
    '  build user:       ',
    '  build date:       ',
    `  go version:       node ${nodeVersion}`,
    '',
    '',
  ].join('\n');

function endpointsText(routes: readonly Route[]): string {
  const rows = [...new Set(routes.map(({ path }) => path))].sort().map((path) => {
    let at = 0;
    const name = path.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{rest:.*}');
    const regex = path.replace(/:\w+|\*$/g, (part) =>
      part === '*' ? `(?P<v${at++}>.*)` : `(?P<v${at++}>[^/]+)`,
    );
    return [name, `^${regex}$`];
  });
  return `${plainTable(['name', 'regex'], rows)}\nAPI documentation: https://grafana.com/docs/tempo/latest/api_docs/\n\n`;
}
