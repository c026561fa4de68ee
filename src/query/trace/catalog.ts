// What Jaeger asks of stored spans beside the traces themselves: services, operations, ids of traces
// that fit, who calls whom, and rates. Every answer comes out of the engine already added up.
import type { Clock } from '#lib/clock.ts';
import { createGate, defaultPlaces, type Gate } from '#query/gate.ts';
import { timedReader } from '#query/timed-reader.ts';
import type { Select } from '#sql/tree.ts';
import type { ReadOptions, StoreReader } from '#store/contract.ts';
import {
  readServiceMetrics,
  type ServiceMetricsRequest,
  type ServiceSeries,
} from './call-metrics.ts';
import { compileDependencies } from './compile/dependencies.ts';
import { compileOperations, compileServices } from './compile/operations.ts';
import type { SpanRange } from './compile/range.ts';
import { type FindRequest, findTraceIds } from './find.ts';
import { missingServiceName, toShownService } from './service-name.ts';

export interface Operation {
  readonly name: string;
  /** OTLP's number. */
  readonly kind: number;
}

export interface OperationsRequest {
  readonly tenant: string;
  readonly service: string;
  /** OTLP's number; undefined for all kinds. */
  readonly kind: number | undefined;
}

export interface Dependency {
  readonly parent: string;
  readonly child: string;
  readonly calls: number;
}

export interface TraceCatalog {
  /** Sorted. All that is kept. */
  services(tenant: string, signal?: AbortSignal): Promise<string[]>;
  /** By name. Of the last three days; of all that is kept where those have none. */
  operations(request: OperationsRequest, signal?: AbortSignal): Promise<Operation[]>;
  /** Ids of 32 hex digits, the trace with the latest span that fits first. */
  find(request: FindRequest, signal?: AbortSignal): Promise<string[]>;
  /** Calls between services, by parents and by links; the pair with the most calls first. */
  dependencies(range: SpanRange, signal?: AbortSignal): Promise<Dependency[]>;
  metrics(request: ServiceMetricsRequest, signal?: AbortSignal): Promise<ServiceSeries[]>;
}

export interface TraceCatalogOptions {
  readonly reader: StoreReader;
  readonly clock: Clock;
  /** Shared with the engines. */
  readonly gate?: Gate;
  /** `query.timeout`, for all reads of one question together. Default 2 min. */
  readonly timeoutMs?: number;
}

type EngineSettings = NonNullable<ReadOptions['settings']>;

/** Every span of the range is a group of its own: what does not fit into memory goes to disk. */
const toDisk: EngineSettings = { max_bytes_before_external_group_by: 256 << 20 };

interface PairRow {
  readonly parent: string;
  readonly child: string;
  readonly calls: bigint;
}

const namesMax = 10_000;
const pairsMax = 10_000;
const recentNano = 72n * 3_600_000_000_000n;

export function createTraceCatalog(options: TraceCatalogOptions): TraceCatalog {
  const { clock, gate = createGate(defaultPlaces), timeoutMs = 120_000 } = options;
  const admit = <T>(work: (reader: StoreReader) => Promise<T>): Promise<T> =>
    gate.pass(() => work(timedReader(options.reader, clock, timeoutMs)));
  const rows = <Row>(select: Select, signal?: AbortSignal, settings: EngineSettings = {}) =>
    admit((reader) => reader.rows<Row>(select, { settings, ...(signal ? { signal } : {}) }));
  return {
    services: async (tenant, signal) => {
      const found = await rows<{ service: string }>(compileServices(tenant, namesMax), signal);
      const shown = found.map(({ service }) => toShownService(service));
      return shown.includes(missingServiceName) ? [...new Set(shown)].sort() : shown;
    },
    operations: async ({ tenant, service, kind }, signal) => {
      const kinds = kind === undefined ? undefined : [kind];
      const read = (fromNano: bigint) => {
        const range = { tenant, fromNano, toNano: clock.nowNano() + recentNano };
        return rows<Operation>(compileOperations(service, kinds, range, namesMax), signal);
      };
      const recent = await read(clock.nowNano() - recentNano);
      return recent.length > 0 ? recent : read(0n);
    },
    find: (request, signal) => admit((reader) => findTraceIds(reader, request, signal)),
    dependencies: async (range, signal) => {
      const select = compileDependencies(range, pairsMax);
      const pairs = await rows<PairRow>(select, signal, toDisk);
      return pairs.map(({ parent, child, calls }) => ({
        parent: toShownService(parent),
        child: toShownService(child),
        calls: Number(calls),
      }));
    },
    metrics: (request, signal) => admit((reader) => readServiceMetrics(reader, request, signal)),
  };
}
