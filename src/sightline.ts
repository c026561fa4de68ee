// The composition root: config → build → start → stop. The only file that constructs across layers;
// importing it runs nothing. Starts the store, then the listeners, then own telemetry and the demo;
// stops in reverse.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PrometheusViews } from '#api/prometheus/views.ts';
import { decodeLogs, decodeMetrics, decodeTraces } from '#codec/otlp/decode.ts';
import { otlpJsonToProtobuf } from '#codec/otlp/json.ts';
import { configOf } from '#config/load.ts';
import { type Config, isOptionKey } from '#config/options.ts';
import type { DemoOptions } from '#demo/demo.ts';
import { createClickhouseExporter } from '#exporter/clickhouse/exporter.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import {
  createSelfExport,
  type SelfExport,
  type SelfExportDeps,
} from '#internal-telemetry/self-export.ts';
import { createTracer, type Tracer } from '#internal-telemetry/tracer.ts';
import { systemClock } from '#lib/clock.ts';
import { createLogger, type LogRecord } from '#lib/log.ts';
import { randomHex } from '#lib/random.ts';
import { createTurns } from '#lib/turns.ts';
import { IdentityCache } from '#model/identity.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import type { Route } from '#server/route.ts';
import { type BoundListener, createServer, type ServerSettings } from '#server/server.ts';
import { staticRoutes } from '#server/static.ts';
import { traced } from '#server/traced.ts';
import { openStore } from '#store/open-store.ts';
import { createIngest } from './compose/ingest.ts';
import { createAgentPorts } from './compose/jaeger-agent.ts';
import { createListenerSettings } from './compose/listeners.ts';
import { createLogCollection } from './compose/log-collection.ts';
import { withLokiFile } from './compose/loki-file.ts';
import { createLokiLive } from './compose/loki-live.ts';
import {
  createPrometheusFile,
  type PrometheusFile,
  type PrometheusFileDeps,
} from './compose/prometheus-file.ts';
import { createQueries, type QueryRoutes } from './compose/queries.ts';
import { createReadRoutes } from './compose/read-routes.ts';
import { reloadAll } from './compose/reload.ts';
import { createRules } from './compose/rules.ts';
import { createScraping } from './compose/scrape.ts';
import {
  authSettingsOf,
  bytesInFlightMax,
  flattenKeys,
  hasCredentials,
  storeSettingsOf,
} from './compose/settings.ts';
import { createStatusReader } from './compose/status.ts';
import { createTraceMetrics } from './compose/trace-metrics.ts';
import type { Sightline, SightlineOptions, SightlinePorts, StartSightline } from './public-api.ts';
import { version } from './version.ts';

export interface StartOptions {
  /** Receives each line of the program's own log. */
  readonly write: (line: string) => void;
  /** Every port is a free one instead of the well-known one plus the offset. */
  readonly takesFreePorts?: boolean;
  /** Variables of the environment, for what a prometheus.yml takes from it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Gets what reads the files again that may be; what it throws is in the log, too. */
  readonly onReloadable?: (reload: () => Promise<void>) => void;
}

/** Runs until stop(). Throws InputError or OperationError; nothing is left running then. */
export async function startWithConfig(config: Config, options: StartOptions): Promise<Sightline> {
  const { env = {}, takesFreePorts = false } = options;
  const clock = systemClock;
  const meter = createMeter();
  const onSpansDropped = meter.counter('sightline_internal_telemetry_dropped_total', droppedHelp);
  const tracer = createTracer(clock, (count) => onSpansDropped.add(count, { signal: 'traces' }));
  let keepRecord = (_: LogRecord): void => {};
  const logger = createLogger({
    level: config['log.level'],
    write: options.write,
    listener: (record) => keepRecord(record),
  });

  const stops: (() => Promise<void>)[] = [];
  const stop = once(() => stopAll(stops));
  try {
    const identities = new IdentityCache();
    const onDeleted = () => identities.clear();
    const store = await openStore(storeSettingsOf(config), { logger, meter, clock, onDeleted });
    stops.push(() => store.stop());
    let url = '';
    const told = { identities, clock, meter, logger, env, url: () => url };
    const exporter = createClickhouseExporter(store.writer, meter);
    const live = createLokiLive(config, { store, exporter, ...told });
    const { consumer } = live;
    const turns = createTurns();
    const traces = createTraceMetrics(config, { next: consumer, consumer, store, ...told });
    stops.push(traces.stop);
    const ingest = createIngest(config, { ...told, consumer: traces.consumer, turns });
    const isReady = () => store.status().isReady;
    const file = prometheusFileOf(config, { clock, logger, env });
    const rules = createRules(config, { consumer, ...told, file, store });
    const scraping = createScraping(config, { consumer, ...told, file, turns, version });
    const logs = createLogCollection(config, { consumer, ...told });
    const reload = reloadAll([file?.view, logs]);
    const views = viewsOf({ rules: rules.view, scrape: scraping.view, reload }, file);
    const subqueryStepMs = file?.evaluationIntervalMs;
    const facts = { clock, meter, version, isReady, views, subqueryStepMs };
    const read = createReadRoutes(config, { store, identities, ...facts });
    const demoToken = config.demo && hasCredentials(config) ? randomHex(16) : undefined;
    let bound: readonly BoundListener[] = [];
    const status = createStatusReader(config, { store, meter, clock, version, bound: () => bound });
    const served = servedRoutes(config, tracer, read, live.routes);
    const web = await staticRoutes(fileURLToPath(new URL('../dist/web', import.meta.url)));
    const parts = { takesFreePorts, ingest, read: served, status, meter, web, admin: rules.routes };
    const listeners = createListenerSettings(config, { ...parts, url: told.url });
    const settings = serverSettingsOf(config, listeners, demoToken);
    const server = createServer(settings, { meter, logger, clock, isReady });
    const agent = createAgentPorts(config, { intake: ingest.intake, turns, meter, logger, clock });
    bound = [...(await server.start()), ...(await agent.open(takesFreePorts))];
    stops.push(() => server.stop(), agent.stop, rules.stop, scraping.stop, live.stop, logs.stop);
    const ports = portsOf(bound);
    url = `http://${urlHost(config.listen)}:${ports.http}`;

    for (const part of [file, live, logs, traces]) await part?.start();
    options.onReloadable?.(reload);
    if (config['internal_telemetry.enabled']) {
      const selfExport = startSelfExport(config, { meter, tracer, clock, consumer, identities });
      keepRecord = selfExport.listener;
      stops.push(() => selfExport.stop());
    }
    if (config.demo) {
      const otlpUrl = `http://${urlHost(config.listen)}:${ports.otlpHttp}`;
      stops.push(await demoAt({ otlpUrl, token: demoToken, logger }));
    }
    logger.info('started', { version, url, data_dir: config.data_dir });
    return {
      url,
      ports,
      flush: traces.flush,
      query: createQueries(read, clock),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const startSightline: StartSightline = async (options = {}) => {
  const temporary =
    options.dataDir === undefined && options.storage === undefined
      ? await mkdtemp(join(tmpdir(), 'sightline-'))
      : undefined;
  const removeTemporary = async (): Promise<void> => {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  };
  try {
    const sightline = await startWithConfig(configOfOptions(options, temporary), {
      write: options.log ?? (() => {}),
      takesFreePorts: options.portOffset === undefined,
    });
    const stop = async (): Promise<void> => {
      await sightline.stop();
      await removeTemporary();
    };
    return { ...sightline, stop };
  } catch (error) {
    await removeTemporary();
    throw error;
  }
};

function configOfOptions(options: SightlineOptions, temporary: string | undefined): Config {
  const given = {
    ...flattenKeys(options.config ?? {}, isOptionKey),
    data_dir: options.dataDir ?? temporary,
    storage: options.storage,
    listen: options.listen,
    port_offset: options.portOffset,
  };
  return withLokiFile(configOf(given), {}, (base) => configOf({ ...base, ...given }));
}

async function demoAt(settings: DemoOptions): Promise<() => Promise<void>> {
  const { startDemo } = await import('#demo/demo.ts');
  return (await startDemo(settings)).stop;
}

/** Does it at the first call; every call gets that promise. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

/** The last started first. A step that fails does not keep the others from stopping. */
async function stopAll(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const problems: unknown[] = [];
  for (const step of [...steps].reverse()) await step().catch((error) => problems.push(error));
  if (problems.length > 0) throw problems[0];
}

const droppedHelp = 'Own items that could not be written, by signal.';

function prometheusFileOf(config: Config, deps: PrometheusFileDeps): PrometheusFile | undefined {
  const path = config['prometheus.config_file'];
  return path === undefined ? undefined : createPrometheusFile(path, deps);
}

const viewsOf = (
  shown: Omit<PrometheusViews, 'config'>,
  file: PrometheusFile | undefined,
): PrometheusViews => (file ? { ...shown, config: file.view } : shown);

const serverSettingsOf = (
  config: Config,
  listeners: ServerSettings['listeners'],
  demoToken: string | undefined,
): ServerSettings => ({
  listeners,
  auth: authSettingsOf(config, demoToken),
  tenancyEnabled: config['tenancy.enabled'],
  bodyBytesMax: config['ingest.max_body_bytes'],
  bytesInFlightMax: bytesInFlightMax(config),
  socketsMax: config['server.max_websockets'],
});

interface OwnTelemetry extends Pick<SelfExportDeps, 'meter' | 'tracer' | 'clock'> {
  readonly consumer: Consumer;
  readonly identities: IdentityCache;
}

function startSelfExport(config: Config, deps: OwnTelemetry): SelfExport {
  const { consumer, identities, ...told } = deps;
  const selfExport = createSelfExport({
    ...told,
    send: createSelfSender(consumer, identities),
    self: { version, instanceId: randomHex(8) },
    metricsIntervalMs: config['internal_telemetry.interval'],
  });
  selfExport.start();
  return selfExport;
}

/** Spans that nobody takes would only be counted as dropped. */
function servedRoutes(
  config: Config,
  tracer: Tracer,
  { prometheus, tempo, tempoGrpc, jaeger, jaegerGrpc, own, loki }: QueryRoutes,
  lokiLive: readonly Route[],
): QueryRoutes {
  const isTraced = config['internal_telemetry.enabled'];
  const serve = (routes: readonly Route[]) => (isTraced ? traced(tracer, routes) : routes);
  return {
    prometheus: serve(prometheus),
    loki: serve([...loki, ...lokiLive]),
    tempo: serve(tempo),
    tempoGrpc,
    jaeger: serve(jaeger),
    jaegerGrpc,
    own: serve(own),
  };
}

/** Own telemetry takes the decoder and the exporter of everybody, but no receiver. */
function createSelfSender(consumer: Consumer, identities: IdentityCache) {
  const decoders = { metrics: decodeMetrics, traces: decodeTraces, logs: decodeLogs };
  return async (signal: keyof typeof decoders, request: object): Promise<void> => {
    const limits = { minUnixNano: undefined, maxUnixNano: undefined };
    const context = { tenant: '', nowNano: systemClock.nowNano(), limits, identities };
    const bytes = otlpJsonToProtobuf(signal, JSON.stringify(request));
    await consumer.consume(decoders[signal](bytes, context).batch);
  };
}

function portsOf(bound: readonly BoundListener[]): SightlinePorts {
  const entries = bound
    .filter(({ port }) => port !== undefined)
    .map(({ name, port }) => [name, port]);
  return Object.fromEntries(entries) as SightlinePorts;
}

/** A host that a client on this machine can use in a URL. */
function urlHost(listen: string): string {
  if (listen === '0.0.0.0' || listen === '::') return '127.0.0.1';
  return listen.includes(':') ? `[${listen}]` : listen;
}
